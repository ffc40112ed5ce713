import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { WaitingStep } from '../../http/middleware/request-steps.js';
import { CredentialCache } from './credential-cache.js';
import type { Caller } from './caller.js';
import { credentialOf, showsCredential, unauthorized } from './credential.js';
import { isApiKey } from '../api-keys/api-key.js';
import { Tokens } from '../tokens/tokens.js';

/** Who calls. */
@Injectable()
export class Authenticator {
  constructor(
    private readonly tokens: Tokens,
    private readonly cache: CredentialCache,
  ) {}

  /**
   * Request step that notes on `request.user` who calls, by whom requests are counted. It refuses nobody: what is
   * wrong with a credential is said by the guard, where the route needs one. It waits where the records of access are
   * just being read again.
   */
  readonly authenticate: WaitingStep = (request) => {
    if (!showsCredential(request)) return undefined;
    const renewal = this.cache.renewal();
    if (renewal) {
      return renewal.then(() => {
        this.note(request);
      });
    }
    this.note(request);
    return undefined;
  };

  /**
   * The caller of a request that needs one.
   * @throws ProblemError `unauthorized` with the reason; `database_unavailable` or `database_busy` for an API key
   *   that cannot be looked up.
   */
  async callerOf(request: Request): Promise<Caller> {
    await this.cache.renewal();
    return this.check(request);
  }

  private note(request: Request): void {
    request.user = this.find(request);
  }

  private find(request: Request): Caller | undefined {
    try {
      return this.check(request);
    } catch {
      return undefined;
    }
  }

  private check(request: Request): Caller {
    const credential = credentialOf(request);
    return isApiKey(credential) ? this.checkKey(credential) : this.checkToken(credential);
  }

  private checkToken(token: string): Caller {
    const caller = this.tokens.callerOf(token);
    if (this.cache.isRevoked(caller.tokenId)) throw unauthorized('The token was revoked; log in again.');
    return caller;
  }

  private checkKey(key: string): Caller {
    const caller = this.cache.ownerOf(key);
    if (!caller) throw unauthorized('The API key is not known; it may have been deleted.');
    if (caller.expiresAt <= Date.now()) throw unauthorized('The API key has expired; make another one.');
    return caller;
  }
}
