import { createHash, createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import ms, { type StringValue } from 'ms';
import { ProblemError } from '../../problems/problem.error.js';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import type { TokenAnswer } from '../auth.dto.js';
import { OWNER, type Caller } from '../guard/caller.js';
import { unauthorized } from '../guard/unauthorized.js';
import { Password } from '../password/password.js';
import { SIGNING_KEY } from './signing-key.js';
import { readClaims, type SignedToken, type TokenClaims } from './token-claims.js';

const ALGORITHM = 'HS256';
/** Tokens of this service have about 250 characters. */
const MAX_TOKEN_CHARACTERS = 2048;
const MAX_CACHED_TOKENS = 1000;

/** A token with a valid signature. */
interface VerifiedToken {
  readonly caller: Caller & { readonly tokenId: string };
  readonly generation: number;
}

/**
 * Issues and verifies the owner's tokens: HS256, with an expiry, an id, and the generation of the password at their
 * issue. A dashboard sends the same token with every request, so verified tokens are cached: then only expiry and
 * generation are checked, and no signature.
 */
@Injectable()
export class Tokens {
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: MAX_CACHED_TOKENS });
  private readonly keys: readonly KeyObject[];

  constructor(
    private readonly jwt: JwtService,
    private readonly password: Password,
    @Inject(SIGNING_KEY) current: KeyObject,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {
    const previous = environment.JWT_SECRET_PREVIOUS;
    this.keys = previous === undefined ? [current] : [current, createSecretKey(Buffer.from(previous))];
  }

  /**
   * Issues a token to the owner.
   * @param gen the generation of the password.
   */
  async issue(gen = this.password.generation): Promise<TokenAnswer> {
    const expiresIn = this.environment.JWT_EXPIRES_IN;
    const iat = Math.floor(Date.now() / 1000);
    const exp = iat + Math.floor(ms(expiresIn as StringValue) / 1000);
    const claims: TokenClaims = { sub: OWNER, jti: randomUUID(), gen, exp };
    const token = await this.jwt.signAsync({ ...claims, iat });
    return { token, expiresIn, expiresAt: new Date(exp * 1000).toISOString() };
  }

  /**
   * The caller of a token. Revocation is checked by the authenticator.
   * @throws ProblemError `unauthorized`, which tells only whether the token has expired or is invalid.
   */
  callerOf(token: string): Caller & { readonly tokenId: string } {
    const { caller, generation } = this.verified.get(token) ?? this.verify(token);
    if (caller.expiresAt <= Date.now()) throw tokenExpired();
    if (generation !== this.password.generation) {
      throw unauthorized('The password was changed after the token was issued; log in again.');
    }
    return caller;
  }

  private verify(token: string): VerifiedToken {
    const claims = token.length <= MAX_TOKEN_CHARACTERS ? readClaims(this.verifySignature(token)) : undefined;
    if (!claims) throw unauthorized('The token is not valid.');
    const tokenId = claims.jti ?? createHash('sha256').update(token).digest('hex');
    const caller = { name: OWNER, role: 'operator', expiresAt: claims.exp * 1000, tokenId } as const;
    const verified = { caller, generation: claims.gen };
    this.verified.set(token, verified);
    return verified;
  }

  /** Tries the current key, then the previous one. */
  private verifySignature(token: string): SignedToken {
    let failure: unknown;
    for (const key of this.keys) {
      try {
        // The option's type omits KeyObject, but jsonwebtoken accepts one.
        const secret = key as unknown as Buffer;
        return this.jwt.verify<SignedToken>(token, { algorithms: [ALGORITHM], complete: true, secret });
      } catch (error) {
        failure = error;
        if (isExpired(error)) break;
      }
    }
    throw isExpired(failure) ? tokenExpired() : unauthorized('The token is not valid.');
  }
}

/** Expiry is reported only for a token with a valid signature. */
function isExpired(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TokenExpiredError';
}

function tokenExpired(): ProblemError {
  return unauthorized('The token has expired; log in again.');
}
