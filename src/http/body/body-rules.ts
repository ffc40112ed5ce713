import { ProblemError } from '../../problems/problem.error.js';
import type { Encoding } from './inflate.js';

/** What holds for the body of one request. */
export interface BodyRules {
  readonly encoding: Encoding;
  /** In bytes, as sent and as inflated. */
  readonly limit: number;
  /** How long a body may stand still. */
  readonly stallMs: number;
}

export function tooLarge(limit: number): ProblemError {
  const detail = `The body may have ${limit} bytes, inflated where it is compressed.`;
  return new ProblemError('payload_too_large', detail);
}

export function cutOff(): ProblemError {
  return new ProblemError('malformed_request', 'The body was cut off.');
}
