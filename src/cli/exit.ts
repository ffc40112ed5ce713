import { ProblemError } from '../common/problem/problem.error.js';

/** What the commands end with, for scripts. Commander itself ends with 1 for what it cannot parse. */
export const EXIT = {
  DONE: 0,
  /** The command could not do what it was asked to; nothing was half-done. */
  FAILED: 1,
  /** What was looked at is not in order: `check` found damage, an import has wrong lines. */
  NOT_IN_ORDER: 2,
  /** Another process has the database file. */
  IN_USE: 3,
} as const;

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  if (error instanceof ProblemError && error.errors) {
    return error.errors.map(({ field, message }) => `${field} ${message}`).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
