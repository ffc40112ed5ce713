import type { ProblemCode } from '../problems/catalogue.js';

const PASSING: ReadonlySet<ProblemCode | undefined> = new Set<ProblemCode>([
  'database_busy',
  'database_unavailable',
]);

/** Whether a refusal says nothing of the credential itself: the database may be back when it is looked at next. */
export function isPassing(code: ProblemCode | undefined): boolean {
  return PASSING.has(code);
}
