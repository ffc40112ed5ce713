import type { RequestHandler } from 'express';
import { ProblemError } from './problem/problem.error.js';

/** Express middleware: whatever is not below the base is no part of this service, and is told so as a problem. */
export function refuseOutside(base: string): RequestHandler {
  const root = `/${base}`;
  return (request, _, next) => {
    const path = request.path.toLowerCase();
    if (path === root || path.startsWith(`${root}/`)) next();
    else next(new ProblemError('not_found', `The API begins at ${root}; ${root}/docs explains it.`));
  };
}
