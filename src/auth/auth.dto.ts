import { ApiProperty } from '@nestjs/swagger';
import { AnswerDescription, TimestampAnswer, TextAnswer } from '../http/endpoint/response-fields.js';
import { TextField } from '../validation/index.js';

const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 1024;

export class LoginDto {
  @TextField({
    max: LONGEST_PASSWORD,
    description: 'JARVIS_PASSWORD, or the password that was printed on the first start.',
    example: 'the password of your Jarvis',
  })
  password!: string;
}

/** A password to be set. */
export class NewPasswordDto {
  @TextField({
    min: SHORTEST_PASSWORD,
    max: LONGEST_PASSWORD,
    description: 'The new password.',
    example: 'a longer password of your Jarvis',
  })
  next!: string;
}

export class ChangePasswordDto extends NewPasswordDto {
  @TextField({
    max: LONGEST_PASSWORD,
    description: 'The password until now.',
    example: 'the password of your Jarvis',
  })
  current!: string;
}

@AnswerDescription('The token, and until when it is valid.')
export class TokenAnswer {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer <token>`.' })
  token!: string;

  @TextAnswer({ description: 'How long it lives.', example: '7d' })
  expiresIn!: string;

  @TimestampAnswer({ description: 'When it ends.' })
  expiresAt!: string;
}
