import { ApiProperty } from '@nestjs/swagger';
import { MomentAnswer, TextAnswer } from '../common/response-fields.js';
import { TextField } from '../common/validation/index.js';

export class LoginDto {
  @TextField({
    max: 1024,
    description: 'JARVIS_PASSWORD, or the password that was printed on the first start.',
    example: 'the password of your Jarvis',
  })
  password!: string;
}

export class TokenAnswer {
  @ApiProperty({ description: 'Send it as `Authorization: Bearer <token>`.' })
  token!: string;

  @TextAnswer({ description: 'How long it lives.', example: '7d' })
  expiresIn!: string;

  @MomentAnswer({ description: 'When it ends.' })
  expiresAt!: string;
}
