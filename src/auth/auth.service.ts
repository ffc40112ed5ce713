import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import ms, { type StringValue } from 'ms';
import { ProblemError } from '../common/problem/problem.error.js';
import { ENVIRONMENT, type Environment } from '../config/index.js';
import type { TokenAnswer } from './auth.dto.js';
import { LoginLimiter } from './login-limiter.js';
import { Password } from './password.js';

/** Who the tokens speak for: this service has one owner. */
export const OWNER = 'owner';

/** Exchanges the password for a token. */
@Injectable()
export class AuthService {
  constructor(
    private readonly password: Password,
    private readonly limiter: LoginLimiter,
    private readonly tokens: JwtService,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /**
   * @param address of the caller, for the limit on tries.
   * @throws ProblemError `wrong_password` or `too_many_requests`.
   */
  async login(password: string, address: string): Promise<TokenAnswer> {
    await this.limiter.countTry(address);
    if (!(await this.password.matches(password))) {
      throw new ProblemError('wrong_password', 'This is not the password.');
    }
    await this.limiter.forgive(address);
    return this.issueToken();
  }

  /** A new token for the owner. */
  async issueToken(): Promise<TokenAnswer> {
    const expiresIn = this.environment.JWT_EXPIRES_IN;
    const issuedAt = Math.floor(Date.now() / 1000);
    const expiry = issuedAt + Math.floor(ms(expiresIn as StringValue) / 1000);
    const token = await this.tokens.signAsync({ sub: OWNER, iat: issuedAt, exp: expiry });
    return { token, expiresIn, expiresAt: new Date(expiry * 1000).toISOString() };
  }
}
