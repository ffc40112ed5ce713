import { Injectable } from '@nestjs/common';
import { invalidInput, ProblemError } from '../../problems/problem.error.js';
import { isApiKey } from '../api-keys/api-key.js';
import { AuthService } from '../auth.service.js';
import { Authenticator } from '../guard/authenticator.js';
import type { Caller } from '../guard/caller.js';
import { unauthorized } from '../guard/unauthorized.js';
import { LoginLimiter } from '../password/login-limiter.js';
import type { StartBrowserSessionDto } from './browser-session.dto.js';

/** A credential that a browser is to keep, and whose it is. */
export interface StartedSession {
  readonly credential: string;
  readonly caller: Caller;
}

/** Sessions of browsers: logging in with the password or an API key, and out again. */
@Injectable()
export class BrowserSessionService {
  constructor(
    private readonly auth: AuthService,
    private readonly authenticator: Authenticator,
    private readonly limiter: LoginLimiter,
  ) {}

  /**
   * @param address of the client, for the limit of tries.
   * @throws ProblemError `wrong_password`, `unauthorized` for a key that is not valid, `too_many_requests`.
   */
  async start({ password, apiKey }: StartBrowserSessionDto, address: string): Promise<StartedSession> {
    if (password !== undefined && apiKey === undefined) return this.startOfOwner(password, address);
    if (apiKey !== undefined && password === undefined) return this.startOfKey(apiKey, address);
    throw invalidInput([{ field: 'password', message: 'or apiKey is required, and not both' }]);
  }

  /** Revokes the caller's token. An API key ends only by expiry or deletion. */
  async end(caller: Caller): Promise<void> {
    if (caller.tokenId !== undefined) await this.auth.logout(caller);
  }

  private async startOfOwner(password: string, address: string): Promise<StartedSession> {
    const { token: credential } = await this.auth.login(password, address);
    return { credential, caller: await this.authenticator.callerWith(credential) };
  }

  /** Only a wrong key is a try: a right one must not give back the tries with which a password may be guessed. */
  private async startOfKey(apiKey: string, address: string): Promise<StartedSession> {
    try {
      if (!isApiKey(apiKey)) throw unauthorized('This is no API key.');
      return { credential: apiKey, caller: await this.authenticator.callerWith(apiKey) };
    } catch (error) {
      if (error instanceof ProblemError && error.code === 'unauthorized') {
        await this.limiter.countAttempt(address);
      }
      throw error;
    }
  }
}
