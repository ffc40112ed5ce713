import { readFileSync } from 'node:fs';
import { hash } from '@node-rs/argon2';
import { isPlainObject } from '../common/json/index.js';
import { keep } from './kept-secret.js';

/** What is kept of a password, in one small file beside the database. */
export interface KeptPassword {
  /** argon2id, in the PHC string format. */
  readonly hash: string;
  /** Rises with every change; tokens are of the generation in which they were issued. */
  readonly generation: number;
  /**
   * The hash of the `JARVIS_PASSWORD` that this password replaced: for as long as the variable is that one, this
   * password holds; another one was set since, and wins. `null` where no variable was set. Missing where the command
   * line has kept it, which does not know the variables of the service: the next process that serves adds it.
   */
  readonly replaces?: string | null;
}

/** What became of reading it. One that is there but cannot be read must not be replaced unasked. */
export type FoundPassword =
  { readonly state: 'kept'; readonly password: KeptPassword } | { readonly state: 'none' | 'unreadable' };

/** A hash in the PHC string format, to its last character: a cut one would lock its owner out. */
const WHOLE_HASH = /^\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]{22}\$[\w+/]{43}$/;

/** The file that keeps the password of a database. */
export function passwordFile(databaseFile: string): string {
  return `${databaseFile}.password-hash`;
}

/** Reads what is kept; text that is no whole password counts as none. */
export function findPassword(file: string): FoundPassword {
  try {
    const password = parse(readFileSync(file, 'utf8').trim());
    return password ? { state: 'kept', password } : { state: 'none' };
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable' };
  }
}

/** Keeps a password; on disk when it resolves. */
export function keepPassword(file: string, password: KeptPassword): Promise<void> {
  return keep(file, JSON.stringify(password));
}

/**
 * Changes the password for whoever may write the file, as the command line does, and revokes all tokens. A process that
 * serves notices.
 */
export async function replacePassword(file: string, next: string): Promise<void> {
  const found = findPassword(file);
  const generation = nextGeneration(found.state === 'kept' ? found.password.generation : 0);
  await keepPassword(file, { hash: await hash(next), generation });
}

/**
 * A number above all generations before. The clock is in it so that it rises also where the file that held the last
 * one is gone: its tokens do not come back to life.
 */
export function nextGeneration(last = 0): number {
  return Math.max(last + 1, Date.now());
}

/** The hash alone is how the versions before generations kept it. */
function parse(text: string): KeptPassword | undefined {
  if (WHOLE_HASH.test(text)) return { hash: text, generation: 0, replaces: null };
  const kept = parseJson(text);
  if (!isPlainObject(kept)) return undefined;
  const { hash, generation, replaces } = kept;
  if (!isWholeHash(hash) || !Number.isSafeInteger(generation)) return undefined;
  if (replaces !== undefined && replaces !== null && !isWholeHash(replaces)) return undefined;
  return { hash, generation: Number(generation), replaces };
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
