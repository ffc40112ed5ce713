import { Injectable, Logger } from '@nestjs/common';
import { ProblemError } from '../problems/problem.error.js';
import type { TokenAnswer } from './auth.dto.js';
import type { Caller } from './guard/caller.js';
import { LoginLimiter } from './password/login-limiter.js';
import { Password } from './password/password.js';
import { RevokedTokensService } from './tokens/revoked-tokens.service.js';
import { Tokens } from './tokens/tokens.js';

const DISK_FULL_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

/** Exchanges the password for tokens, and revokes them. */
@Injectable()
export class AuthService {
  private readonly logger = new Logger('Login');

  constructor(
    private readonly password: Password,
    private readonly limiter: LoginLimiter,
    private readonly tokens: Tokens,
    private readonly revoked: RevokedTokensService,
  ) {}

  /**
   * @param address of the client, for the rate limit.
   * @throws ProblemError `wrong_password` or `too_many_requests`.
   */
  async login(password: string, address: string): Promise<TokenAnswer> {
    // The token gets the generation of the password that was verified: where the password is changed meanwhile, the
    // token is revoked with it.
    const generation = await this.limitAttempts(address, () => this.password.generationOf(password));
    return this.tokens.issue(generation);
  }

  /** Issues a token to the owner. */
  issueToken(): Promise<TokenAnswer> {
    return this.tokens.issue();
  }

  /**
   * Revokes the caller's token.
   * @throws ProblemError `conflict` for an API key, which ends only by expiry or deletion.
   */
  async logout({ tokenId, expiresAt, keyId }: Caller): Promise<void> {
    if (tokenId === undefined) {
      const detail = `An API key cannot log out; delete it with DELETE /api/auth/keys/${String(keyId)}.`;
      throw new ProblemError('conflict', detail);
    }
    await this.revoked.revoke(tokenId, expiresAt);
  }

  /**
   * Changes the password, which revokes all tokens; API keys stay valid. Counts as a login attempt.
   * @throws ProblemError `wrong_password` or `too_many_requests`; `storage_full`, `conflict` or a problem of the
   * database where the new password cannot be stored, with nothing changed.
   */
  async changePassword(current: string, next: string, address: string): Promise<void> {
    await this.limitAttempts(address, async () => (await this.change(current, next)) || undefined);
  }

  /** @param attempt resolves to undefined where the password is wrong. */
  private async limitAttempts<T>(address: string, attempt: () => Promise<T | undefined>): Promise<T> {
    await this.limiter.countAttempt(address);
    const result = await attempt();
    if (result === undefined) throw new ProblemError('wrong_password', 'This is not the password.');
    await this.limiter.recordSuccess(address);
    return result;
  }

  private async change(current: string, next: string): Promise<boolean> {
    try {
      return await this.password.change(current, next);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      const code: unknown = (error as NodeJS.ErrnoException).code;
      this.logger.warn(`The new password cannot be kept beside the database: ${String(code)}.`);
      const detail = 'The new password cannot be kept beside the database; nothing was changed.';
      throw new ProblemError(DISK_FULL_CODES.has(code) ? 'storage_full' : 'conflict', detail, {
        cause: error,
      });
    }
  }
}
