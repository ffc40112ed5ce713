import { ProblemError } from '../../problems/problem.error.js';
import type { RequestStep } from './request-steps.js';

/**
 * Request step: answers every path outside the API prefix with a `not_found` problem.
 * @param isServed whether something else is served there; the path is in lower case.
 */
export function refuseOutside(base: string, isServed: (path: string) => boolean): RequestStep {
  const root = `/${base}`;
  return (request) => {
    const path = request.path.toLowerCase();
    if (path === root || path.startsWith(`${root}/`)) return;
    if (isServed(path)) return;
    throw new ProblemError('not_found', `The API begins at ${root}; ${root}/docs explains it.`);
  };
}
