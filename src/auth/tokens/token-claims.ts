import { OWNER } from '../guard/caller.js';

/** The claims of a token. */
export interface TokenClaims {
  readonly sub: string;
  /** The id of the token. Tokens of versions before this claim have none. */
  readonly jti?: string;
  /** The generation of the password: changing it revokes all tokens of earlier generations. */
  readonly gen: number;
  /** The expiry, in seconds since 1970. */
  readonly exp: number;
}

/** The parts of a token with a valid signature. */
export interface SignedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: unknown;
}

/**
 * Tokens of versions before generations carry none. They count as generation 0, that of a stored password that was
 * never changed since: the first change of the password revokes them.
 */
const DEFAULT_GENERATION = 0;
/** The end of the year 9999, the last in canonical form. */
const MAX_EXPIRY_SECONDS = 253_402_300_799;
const HEADER_MEMBERS = new Set(['alg', 'typ']);

/**
 * @returns undefined where the token is not ours, though its signature is valid: a header that demands more than the
 * algorithm (a key lookup, a critical extension), another subject, no expiry.
 */
export function readClaims({ header, payload }: SignedToken): TokenClaims | undefined {
  if (!Object.keys(header).every((name) => HEADER_MEMBERS.has(name))) return undefined;
  const { sub, jti, gen = DEFAULT_GENERATION, exp } = (payload ?? {}) as Record<string, unknown>;
  if (sub !== OWNER) return undefined;
  if (jti !== undefined && typeof jti !== 'string') return undefined;
  if (typeof gen !== 'number' || typeof exp !== 'number' || exp > MAX_EXPIRY_SECONDS) return undefined;
  return { sub, jti, gen, exp };
}
