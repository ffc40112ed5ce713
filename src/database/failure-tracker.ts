import type { ProblemCode } from '../problems/catalogue.js';
import { ProblemError } from '../problems/problem.error.js';
import { now } from '../time/time.js';

/** A read or write that failed because of the database, not because of the caller. */
export interface Failure {
  readonly code: ProblemCode;
  /** Time of the first failure of the current series. */
  readonly since: string;
  /** Time of the latest failure, in milliseconds of `Date.now()`. */
  readonly at: number;
}

const DATABASE_CODES: ReadonlySet<ProblemCode> = new Set([
  'database_unavailable',
  'database_busy',
  'storage_full',
]);

/** Tracks whether the last attempt failed because of the database. */
export class FailureTracker {
  /** The failure of the last attempt; none where it succeeded. */
  current: Failure | undefined;
  /** The last failure, even if later attempts succeeded. */
  last: Failure | undefined;

  /** Records a failed attempt. Errors of the work itself are ignored: they say nothing about the database. */
  note(error: unknown): void {
    if (!(error instanceof ProblemError) || !DATABASE_CODES.has(error.code)) return;
    this.current = { code: error.code, since: this.current?.since ?? now(), at: Date.now() };
    this.last = this.current;
  }

  /** Records a successful attempt. */
  clear(): void {
    this.current = undefined;
  }
}

/**
 * Awaits work and records its outcome.
 * @param translate maps an error of the database to a problem.
 * @throws the error of the work, translated.
 */
export async function track<T>(
  work: Promise<T>,
  failures: FailureTracker,
  translate: (error: unknown) => unknown,
): Promise<T> {
  try {
    const result = await work;
    failures.clear();
    return result;
  } catch (error) {
    const translated = translate(error);
    failures.note(translated);
    throw translated;
  }
}
