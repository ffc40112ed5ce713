import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { AsyncRequestStep } from '../../http/middleware/request-steps.js';
import { CredentialCache } from './credential-cache.js';
import type { Caller } from './caller.js';
import { credentialOf, hasCredential } from './credential.js';
import { unauthorized } from './unauthorized.js';
import { ProblemError } from '../../problems/problem.error.js';
import { isApiKey } from '../api-keys/api-key.js';
import { KeysService } from '../api-keys/keys.service.js';
import { Tokens } from '../tokens/tokens.js';

/** Authenticates requests. */
@Injectable()
export class Authenticator {
  private readonly refusals = new WeakMap<Request, ProblemError>();

  constructor(
    private readonly tokens: Tokens,
    private readonly cache: CredentialCache,
    private readonly keys: KeysService,
  ) {}

  /**
   * Request step: sets `request.user`, the key of rate limits, or remembers why the credential is invalid. It refuses
   * no request: the guard does, where the route requires a credential. It is asynchronous while the credential cache
   * is being refreshed.
   */
  readonly authenticate: AsyncRequestStep = (request) => {
    if (!hasCredential(request)) return undefined;
    const refreshed = this.cache.refreshIfStale();
    if (!refreshed) {
      this.recordResult(request);
      return undefined;
    }
    return refreshed.then(() => {
      this.recordResult(request);
    });
  };

  /**
   * The caller with a token or an API key that came in another way than in the headers of a request, or that is looked at
   * again while a connection stays open.
   * @throws ProblemError `unauthorized`; `database_unavailable` or `database_busy` for an API key that cannot be looked up.
   */
  async callerWith(credential: string): Promise<Caller> {
    await this.cache.refreshIfStale();
    const caller = this.callerOf(credential);
    if (caller.keyId !== undefined) this.keys.recordUse(caller.keyId);
    return caller;
  }

  /** The caller of a request as of now, while its answer goes on. @throws ProblemError as `callerWith` does. */
  async callerNow(request: Request): Promise<Caller> {
    return this.callerWith(credentialOf(request));
  }

  /**
   * The problem for a request without a caller: `unauthorized` with the reason; `database_unavailable` or
   * `database_busy` for an API key that cannot be looked up.
   */
  refusalOf(request: Request): ProblemError {
    return (
      this.refusals.get(request) ?? unauthorized('The request carries neither a Bearer token nor an API key.')
    );
  }

  private recordResult(request: Request): void {
    try {
      request.user = this.callerOf(credentialOf(request));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      this.refusals.set(request, error);
    }
  }

  private callerOf(credential: string): Caller {
    return isApiKey(credential) ? this.callerOfKey(credential) : this.callerOfToken(credential);
  }

  private callerOfToken(token: string): Caller {
    const caller = this.tokens.callerOf(token);
    if (this.cache.isRevoked(caller.tokenId)) throw unauthorized('The token was revoked; log in again.');
    return caller;
  }

  private callerOfKey(key: string): Caller {
    const caller = this.cache.ownerOf(key);
    if (!caller) throw unauthorized('The API key is not known; it may have been deleted.');
    if (caller.expiresAt <= Date.now()) throw unauthorized('The API key has expired; make another one.');
    return caller;
  }
}
