import { OWNER } from '../guard/caller.js';

/** What a token says. */
export interface TokenClaims {
  readonly sub: string;
  /** Tells tokens apart. Those of the version before this claim have none. */
  readonly jti?: string;
  /** The generation of the password: changing it revokes all tokens of the generations before. */
  readonly gen: number;
  /** When it ends, in seconds since 1970. */
  readonly exp: number;
}

/** A token whose signature was right, taken apart. */
export interface SignedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
}

/**
 * Tokens of the version before generations carry none. They count as of generation 0, which is that of a kept password
 * that was never changed since: the first change of the password ends them.
 */
const FIRST_GENERATION = 0;
/** The end of the year 9999, the last that the canonical form can say. */
const LAST_EXPIRY = 253_402_300_799;
const HEADER_MEMBERS = new Set(['alg', 'typ']);

/**
 * @returns nothing where it is no token of ours, though its signature is right: a header that asks for more than the
 *   algorithm (a key to look up, an extension that has to be understood), another subject, no end.
 */
export function readClaims({ header, payload }: SignedToken): TokenClaims | undefined {
  if (!Object.keys(header).every((name) => HEADER_MEMBERS.has(name))) return undefined;
  const { sub, jti, gen = FIRST_GENERATION, exp } = (payload ?? {}) as Record<string, unknown>;
  if (sub !== OWNER) return undefined;
  if (jti !== undefined && typeof jti !== 'string') return undefined;
  if (typeof gen !== 'number' || typeof exp !== 'number' || exp > LAST_EXPIRY) return undefined;
  return { sub, jti, gen, exp };
}
