import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { readPrivateFile, realFile } from '../../files/files.js';
import { isPlainObject } from '../../json/index.js';
import { adoptSecret, writeSecretFile } from '../secret-file.js';

/**
 * What is kept of the password, in one small file beside the database. All hashes are argon2id, in the PHC string
 * format, so that neither the password nor `JARVIS_PASSWORD` can be guessed from them at speed.
 */
export interface StoredPassword {
  /** Of the password in force. */
  readonly hash: string;
  /** Rises whenever another password comes into force; tokens are of the generation in which they were issued. */
  readonly generation: number;
  /**
   * Of the `JARVIS_PASSWORD` that was last seen, `null` where none was set: one that is set since, and is another,
   * comes into force. Equal to `hash` where the variable is in force. Missing where the command line has made the
   * file, which does not know the variables of the service: the next process that serves adds it.
   */
  readonly variable?: string | null;
  /** Of the password that was made or set here before the variable came into force: it holds again without that. */
  readonly own?: string;
}

/** What became of reading it. One that is there but cannot be read must not be replaced unasked. */
export type FoundPassword =
  { readonly state: 'kept'; readonly password: StoredPassword } | { readonly state: 'none' | 'unreadable' };

const SUFFIX = '.password-hash';

/** A hash in the PHC string format, to its last character: a cut one would lock its owner out. */
const WHOLE_HASH = /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]{22}\$[\w+/]{43}$/;

/** The clock gives no generation above this one, so that a clock far ahead leaves room for those that follow. */
const LAST_OF_THE_CLOCK = Number.MAX_SAFE_INTEGER - 2 ** 32;

/** The file that keeps the password of a database. */
export function passwordFile(databaseFile: string): string {
  return `${realFile(databaseFile)}${SUFFIX}`;
}

/** Moves the file of an earlier version to where it is looked for; see `adoptSecret`. */
export function adoptPasswordFile(databaseFile: string): Promise<boolean> {
  return adoptSecret(databaseFile, SUFFIX);
}

/** Reads what is kept; text that is no whole password counts as none. */
export function readPasswordFile(file: string): FoundPassword {
  try {
    const password = parse(readPrivateFile(file).trim());
    return password ? { state: 'kept', password } : { state: 'none' };
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable' };
  }
}

/** Keeps a password, and no more than its hashes; on disk when it resolves. */
export function writePasswordFile(file: string, password: StoredPassword): Promise<void> {
  const { hash, generation, variable, own } = password;
  return writeSecretFile(file, JSON.stringify({ hash, generation, variable, own }));
}

/**
 * Changes the password for whoever may write the file, as the command line does, and revokes all tokens. A process that
 * serves notices.
 */
export async function replacePasswordFile(file: string, next: string): Promise<void> {
  const found = readPasswordFile(file);
  const kept = found.state === 'kept' ? found.password : undefined;
  const generation = nextGeneration(kept?.generation);
  await writePasswordFile(file, { hash: await hash(next), generation, variable: kept?.variable });
}

/**
 * What is to be kept once a start has seen which `JARVIS_PASSWORD` is set.
 * @returns `kept` itself where the same password stays in force; nothing where one has to be made.
 */
export async function applyVariable(
  kept: StoredPassword | undefined,
  text: string | undefined,
): Promise<StoredPassword | undefined> {
  if (kept && kept.variable === undefined) {
    return { ...kept, variable: text === undefined ? null : await hash(text) };
  }
  const isOfVariable = kept?.hash === kept?.variable;
  const generation = nextGeneration(kept?.generation);
  if (text === undefined) {
    if (!kept || !isOfVariable) return kept;
    return kept.own === undefined ? undefined : { hash: kept.own, generation, variable: null };
  }
  if (kept?.variable && (await verify(kept.variable, text))) return kept;
  const variable = await hash(text);
  return { hash: variable, generation, variable, own: isOfVariable ? kept?.own : kept?.hash };
}

/**
 * A number above all generations before. The clock is in it so that it rises also where the file that held the last
 * one is gone. Chance is in it so that no generation comes again where the clock went back as well.
 */
export function nextGeneration(last = 0): number {
  return Math.max(last + 1, Math.min(Date.now() * 1000 + randomInt(1000), LAST_OF_THE_CLOCK));
}

/** The hash alone is how the versions before generations kept it. */
function parse(text: string): StoredPassword | undefined {
  if (WHOLE_HASH.test(text)) return { hash: text, generation: 0, variable: null };
  const kept = parseJson(text);
  if (!isPlainObject(kept)) return undefined;
  // `replaces` is what the versions before called it.
  const { hash, generation, own, variable = kept.replaces } = kept;
  if (!isWholeHash(hash) || !Number.isSafeInteger(generation)) return undefined;
  if (variable !== undefined && variable !== null && !isWholeHash(variable)) return undefined;
  if (own !== undefined && !isWholeHash(own)) return undefined;
  return { hash, generation: Number(generation), variable, own };
}

function isWholeHash(value: unknown): value is string {
  return typeof value === 'string' && WHOLE_HASH.test(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
