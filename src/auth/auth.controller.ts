import { Body, Controller, Ip, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { MAX_LOGIN_BODY_BYTES } from '../http/body/index.js';
import { BODY_PROBLEMS, Endpoint, LOGIN_PROBLEMS } from '../http/endpoint/endpoint.js';
import { OPERATORS, ROLES } from './roles.js';
import { ChangePasswordDto, LoginDto, TokenAnswer } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { CurrentCaller, type Caller } from './guard/caller.js';
import { Public } from './guard/public.decorator.js';

@ApiTags('Login')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Public()
  @Post('login')
  @Endpoint({
    body: MAX_LOGIN_BODY_BYTES,
    summary: 'Exchange the password for a token',
    description: 'Copy `token` from the answer, press Authorize above and paste it. Five tries a minute.',
    answer: TokenAnswer,
    problems: LOGIN_PROBLEMS,
  })
  login(@Body() { password }: LoginDto, @Ip() address: string): Promise<TokenAnswer> {
    return this.auth.login(password, address);
  }

  @Post('logout')
  @Endpoint({
    body: MAX_LOGIN_BODY_BYTES,
    roles: ROLES,
    summary: 'Revoke the token that this request carries',
    description: 'An API key cannot log out: it is deleted.',
    status: 204,
    problems: [...BODY_PROBLEMS, 'conflict'],
  })
  logout(@CurrentCaller() caller: Caller): Promise<void> {
    return this.auth.logout(caller);
  }

  @Post('password')
  @Endpoint({
    body: MAX_LOGIN_BODY_BYTES,
    roles: OPERATORS,
    summary: 'Change the password, and revoke all tokens',
    description: 'Log in again afterwards. API keys stay. It counts as a try to log in.',
    status: 204,
    problems: [...BODY_PROBLEMS, 'wrong_password', 'too_many_requests', 'conflict'],
  })
  changePassword(@Body() { current, next }: ChangePasswordDto, @Ip() address: string): Promise<void> {
    return this.auth.changePassword(current, next, address);
  }
}
