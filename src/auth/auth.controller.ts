import { Body, Controller, Ip, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../common/endpoint.js';
import { LoginDto, TokenAnswer } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { Public } from './public.decorator.js';

@ApiTags('Login')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Public()
  @Post('login')
  @Endpoint({
    summary: 'Exchange the password for a token',
    description: 'Copy `token` from the answer, press Authorize above and paste it. Five tries a minute.',
    answer: TokenAnswer,
    problems: [
      'wrong_password',
      'too_many_requests',
      'validation_failed',
      'malformed_json',
      'payload_too_large',
      'unsupported_media_type',
    ],
  })
  login(@Body() { password }: LoginDto, @Ip() address: string): Promise<TokenAnswer> {
    return this.auth.login(password, address);
  }
}
