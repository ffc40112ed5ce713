import { PROBLEMS, problemType } from './catalogue.js';
import type { ProblemError } from './problem.error.js';

/** The media type of an error answer (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** The JSON text of an error answer. */
export function problemDocument(problem: ProblemError, requestId: string): string {
  return JSON.stringify({
    type: problemType(problem.code),
    title: PROBLEMS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    errors: problem.errors,
  });
}
