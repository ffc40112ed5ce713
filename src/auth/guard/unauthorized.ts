import { ProblemError } from '../../problems/problem.error.js';

export function unauthorized(reason: string): ProblemError {
  return new ProblemError('unauthorized', reason);
}
