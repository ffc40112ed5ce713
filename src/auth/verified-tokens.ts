import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import type { Caller } from './jwt.strategy.js';

const MOST_TOKENS = 1000;

/**
 * Tokens that were verified a moment ago, by the whole `Authorization` header. A dashboard sends the same token with
 * every request; its signature need not be computed again, only its expiry looked at.
 */
@Injectable()
export class VerifiedTokens {
  private readonly callers = new LRUCache<string, Caller>({ max: MOST_TOKENS });

  constructor(private readonly tokens: JwtService) {}

  /** @returns who calls, while the token lives. */
  find(authorization: string): Caller | undefined {
    const caller = this.callers.get(authorization);
    if (!caller || caller.expiresAt > Date.now()) return caller;
    this.callers.delete(authorization);
    return undefined;
  }

  add(authorization: string, caller: Caller): void {
    this.callers.set(authorization, caller);
  }

  /** Whether a header carries a token of ours that lives: enough to read a body for it; the guard decides the rest. */
  recognises(authorization = ''): boolean {
    return this.find(authorization) !== undefined || this.isSigned(authorization);
  }

  private isSigned(authorization: string): boolean {
    try {
      this.tokens.verify(authorization.replace(/^bearer\s+/i, ''), { algorithms: ['HS256'] });
      return true;
    } catch {
      return false;
    }
  }
}
