import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { AsyncRequestStep } from '../../http/middleware/request-steps.js';
import { CredentialCache } from './credential-cache.js';
import type { Caller } from './caller.js';
import { credentialOf, showsCredential, unauthorized } from './credential.js';
import { ProblemError } from '../../problems/problem.error.js';
import { isApiKey } from '../api-keys/api-key.js';
import { Tokens } from '../tokens/tokens.js';

/** Who calls. */
@Injectable()
export class Authenticator {
  private readonly refusals = new WeakMap<Request, ProblemError>();

  constructor(
    private readonly tokens: Tokens,
    private readonly cache: CredentialCache,
  ) {}

  /**
   * Request step that notes who calls: on `request.user`, by whom requests are counted, or why the credential is
   * refused. It refuses nobody: that is for the guard, where the route needs a credential. It waits where the keys and
   * revoked tokens are just being read again.
   */
  readonly authenticate: AsyncRequestStep = (request) => {
    if (!showsCredential(request)) return undefined;
    const renewal = this.cache.renewal();
    if (!renewal) {
      this.note(request);
      return undefined;
    }
    return renewal.then(() => {
      this.note(request);
    });
  };

  /**
   * Why a request that has no caller is refused: `unauthorized` with the reason; `database_unavailable` or
   * `database_busy` for an API key that cannot be looked up.
   */
  refusalOf(request: Request): ProblemError {
    return (
      this.refusals.get(request) ?? unauthorized('The request carries neither a Bearer token nor an API key.')
    );
  }

  private note(request: Request): void {
    try {
      request.user = this.check(request);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.refusals.set(request, error);
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
