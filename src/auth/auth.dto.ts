import { ApiProperty } from '@nestjs/swagger';
import { AnswerDescription, TimestampAnswer, TextAnswer } from '../http/endpoint/response-fields.js';
import { TextField } from '../validation/index.js';

const MIN_PASSWORD_CHARACTERS = 12;
export const MAX_PASSWORD_CHARACTERS = 1024;

export class LoginDto {
  @TextField({
    max: MAX_PASSWORD_CHARACTERS,
    description: 'JARVIS_PASSWORD, or the password that was printed on the first start.',
    example: 'the password of your Jarvis',
  })
  password!: string;
}

/** A password to be set. */
export class NewPasswordDto {
  @TextField({
    min: MIN_PASSWORD_CHARACTERS,
    max: MAX_PASSWORD_CHARACTERS,
    description: 'The new password.',
    example: 'a longer password of your Jarvis',
  })
  next!: string;
}

export class ChangePasswordDto extends NewPasswordDto {
  @TextField({
    max: MAX_PASSWORD_CHARACTERS,
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
