import { isDamage, translateDatabaseError } from './sqlite/connection/errors.js';
import type { ProblemCode } from '../problems/catalogue.js';
import { ProblemError } from '../problems/problem.error.js';
import { now } from '../time/time.js';

/** Why the database, and not the caller, let a read or a write fail. */
export interface Failure {
  readonly code: ProblemCode;
  /** When the first of the failures in a row was. */
  readonly since: string;
  /** When the last one was, in milliseconds of `Date.now()`. */
  readonly at: number;
}

const OF_THE_DATABASE: ReadonlySet<ProblemCode> = new Set([
  'database_unavailable',
  'database_busy',
  'storage_full',
]);

/** Remembers whether the last attempt failed for a reason of the database. */
export class FailureTracker {
  /** The failure of the last attempt; none where it succeeded. */
  current: Failure | undefined;
  /** The last failure, also when attempts have succeeded since. */
  last: Failure | undefined;

  /** Notes why an attempt failed. What the work itself throws says nothing about the database. */
  note(error: unknown): void {
    if (!(error instanceof ProblemError) || !OF_THE_DATABASE.has(error.code)) return;
    this.current = { code: error.code, since: this.current?.since ?? now(), at: Date.now() };
    this.last = this.current;
  }

  /** Notes that an attempt succeeded. */
  clear(): void {
    this.current = undefined;
  }
}

/** Who is told of damage that was met. */
interface DamageListener {
  noteDamage(found: string): void;
}

/**
 * Notes whether a piece of work failed.
 * @param translate makes the error to answer with.
 * @throws what the work throws, as a problem where it came from the database.
 */
export async function track<T>(
  work: Promise<T>,
  failures: FailureTracker,
  listener: DamageListener,
  translate = translateDatabaseError,
): Promise<T> {
  try {
    const result = await work;
    failures.clear();
    return result;
  } catch (error) {
    if (isDamage(error)) listener.noteDamage(String(error));
    const translated = translate(error);
    failures.note(translated);
    throw translated;
  }
}
