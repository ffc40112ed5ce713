import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { isPlainObject } from '../../json/index.js';
import type { SecretStore, StoredSecret } from '../secrets/secret-store.js';

/**
 * The stored password, as one small secret. All hashes are argon2id in the PHC string format, so
 * that neither the password nor `JARVIS_PASSWORD` can be guessed from them at speed.
 */
export interface StoredPassword {
  /** The hash of the current password. */
  readonly hash: string;
  /** Increases with every new password; a token is valid only for the generation in which it was issued. */
  readonly generation: number;
  /**
   * The hash of the `JARVIS_PASSWORD` that was last seen, `null` where none was set: a different value takes effect
   * at the next start. Equal to `hash` where the variable is the current password. Missing where the command line
   * wrote it, which does not know the variables of the service: the next serving process adds it.
   */
  readonly variable?: string | null;
  /**
   * The hash of the password that was generated or set before the variable took effect; it takes effect again when
   * the variable is removed.
   */
  readonly own?: string;
}

/** A complete hash in the PHC string format: a truncated one would lock the owner out. */
const COMPLETE_HASH = /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]{22}\$[\w+/]{43}$/;

/** The largest generation taken from the clock, so that a clock far ahead leaves room for later generations. */
const MAX_CLOCK_GENERATION = Number.MAX_SAFE_INTEGER - 2 ** 32;

/** The stored password; text that is no complete one counts as none. */
export function passwordIn(stored: StoredSecret): StoredPassword | undefined {
  return stored.state === 'kept' ? parse(stored.secret) : undefined;
}

/** The text that is stored. */
export function formatPassword({ hash, generation, variable, own }: StoredPassword): string {
  return JSON.stringify({ hash, generation, variable, own });
}

/**
 * Changes the password without verifying the current one, as the command line does, and revokes all tokens. Serving
 * processes notice.
 * @throws Error where it cannot be stored, or where another instance changed it meanwhile.
 */
export async function replacePassword(store: SecretStore, next: string): Promise<void> {
  const found = await store.read();
  const stored = passwordIn(found);
  const generation = nextGeneration(stored?.generation);
  const text = formatPassword({ hash: await hash(next), generation, variable: stored?.variable });
  if ((await store.write(text, found)) !== text) {
    throw new Error('Another instance has changed the password meanwhile; nothing was changed.');
  }
}

/**
 * Applies the `JARVIS_PASSWORD` of this start to the stored password.
 * @returns the password to store, `stored` itself where nothing changes; undefined where a password has to be
 * generated.
 */
export async function applyVariable(
  stored: StoredPassword | undefined,
  text: string | undefined,
): Promise<StoredPassword | undefined> {
  if (stored && stored.variable === undefined) {
    return { ...stored, variable: text === undefined ? null : await hash(text) };
  }
  const isOfVariable = stored?.hash === stored?.variable;
  const generation = nextGeneration(stored?.generation);
  if (text === undefined) {
    if (!stored || !isOfVariable) return stored;
    return stored.own === undefined ? undefined : { hash: stored.own, generation, variable: null };
  }
  if (stored?.variable && (await verify(stored.variable, text))) return stored;
  const variable = await hash(text);
  return { hash: variable, generation, variable, own: isOfVariable ? stored?.own : stored?.hash };
}

/**
 * A generation above all previous ones. It contains the clock, so that it increases also where the last generation was
 * deleted, and a random part, so that no generation is repeated where the clock went back as well.
 */
export function nextGeneration(last = 0): number {
  return Math.max(last + 1, Math.min(Date.now() * 1000 + randomInt(1000), MAX_CLOCK_GENERATION));
}

/** Versions before generations stored the hash alone. */
function parse(text: string): StoredPassword | undefined {
  if (COMPLETE_HASH.test(text)) return { hash: text, generation: 0, variable: null };
  const stored = parseJson(text);
  if (!isPlainObject(stored)) return undefined;
  // Earlier versions named this member `replaces`.
  const { hash, generation, own, variable = stored.replaces } = stored;
  if (!isCompleteHash(hash) || !Number.isSafeInteger(generation)) return undefined;
  if (variable !== undefined && variable !== null && !isCompleteHash(variable)) return undefined;
  if (own !== undefined && !isCompleteHash(own)) return undefined;
  return { hash, generation: Number(generation), variable, own };
}

function isCompleteHash(value: unknown): value is string {
  return typeof value === 'string' && COMPLETE_HASH.test(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
