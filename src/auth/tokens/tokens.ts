import { createHash, createSecretKey, randomUUID, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import ms, { type StringValue } from 'ms';
import { ProblemError } from '../../problems/problem.error.js';
import { ENVIRONMENT, type Environment } from '../../config/index.js';
import type { TokenAnswer } from '../auth.dto.js';
import { OWNER, type Caller } from '../guard/caller.js';
import { unauthorized } from '../guard/credential.js';
import { Password } from '../password/password.js';
import { SIGNING_KEY } from './signing-key.js';
import { readClaims, type SignedToken, type TokenClaims } from './token-claims.js';

const ALGORITHM = 'HS256';
/** Ours have about 250. */
const MOST_CHARACTERS = 2048;
const MOST_KEPT = 1000;

/** A token whose signature was right. */
interface VerifiedToken {
  readonly caller: Caller & { readonly tokenId: string };
  readonly generation: number;
}

/**
 * The owner's tokens: signed with HS256, ending, each with an id of its own, and of the generation that the password
 * was of when they were issued. A dashboard sends the same token with every request, so those that were verified are
 * kept: their signature need not be computed again, only their end and their generation looked at.
 */
@Injectable()
export class Tokens {
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: MOST_KEPT });
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

  /** A new token for the owner. @param gen the generation of the password that it is for. */
  async issue(gen = this.password.generation): Promise<TokenAnswer> {
    const expiresIn = this.environment.JWT_EXPIRES_IN;
    const iat = Math.floor(Date.now() / 1000);
    const exp = iat + Math.floor(ms(expiresIn as StringValue) / 1000);
    const claims: TokenClaims = { sub: OWNER, jti: randomUUID(), gen, exp };
    const token = await this.jwt.signAsync({ ...claims, iat });
    return { token, expiresIn, expiresAt: new Date(exp * 1000).toISOString() };
  }

  /**
   * Whom a token speaks for. Whether it was revoked is for others to know.
   * @throws ProblemError `unauthorized`, which says no more than that it is over or not valid.
   */
  callerOf(token: string): Caller & { readonly tokenId: string } {
    const { caller, generation } = this.verified.get(token) ?? this.verify(token);
    if (caller.expiresAt <= Date.now()) throw expired();
    if (generation !== this.password.generation) {
      throw unauthorized('The password was changed after the token was issued; log in again.');
    }
    return caller;
  }

  private verify(token: string): VerifiedToken {
    const claims = token.length <= MOST_CHARACTERS ? readClaims(this.open(token)) : undefined;
    if (!claims) throw unauthorized('The token is not valid.');
    const tokenId = claims.jti ?? createHash('sha256').update(token).digest('hex');
    const caller = { name: OWNER, role: 'operator', expiresAt: claims.exp * 1000, tokenId } as const;
    const verified = { caller, generation: claims.gen };
    this.verified.set(token, verified);
    return verified;
  }

  /** By the key that signs, then by the one that did before. */
  private open(token: string): SignedToken {
    let refused: unknown;
    for (const key of this.keys) {
      try {
        // The type of the option knows no KeyObject, but it is handed to jsonwebtoken as it is.
        const secret = key as unknown as Buffer;
        return this.jwt.verify<SignedToken>(token, { algorithms: [ALGORITHM], complete: true, secret });
      } catch (error) {
        refused = error;
        if (isExpired(error)) break;
      }
    }
    throw isExpired(refused) ? expired() : unauthorized('The token is not valid.');
  }
}

/** Only a token whose signature was right is told that it has expired. */
function isExpired(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TokenExpiredError';
}

function expired(): ProblemError {
  return unauthorized('The token has expired; log in again.');
}
