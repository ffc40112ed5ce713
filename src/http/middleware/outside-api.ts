import { ProblemError } from '../../problems/problem.error.js';
import type { RequestStep } from './request-steps.js';

/**
 * Request step: answers every path outside the API prefix with a `not_found` problem.
 * @param others further paths that are served.
 */
export function refuseOutside(base: string, others: readonly string[] = []): RequestStep {
  const root = `/${base}`;
  return (request) => {
    const path = request.path.toLowerCase();
    if (path === root || path.startsWith(`${root}/`)) return;
    if (others.some((other) => path === other || path === `${other}/`)) return;
    throw new ProblemError('not_found', `The API begins at ${root}; ${root}/docs explains it.`);
  };
}
