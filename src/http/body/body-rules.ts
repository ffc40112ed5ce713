import { ProblemError } from '../../problems/problem.error.js';
import type { Encoding } from './inflate.js';

/** The limits for the body of one request. */
export interface BodyRules {
  readonly encoding: Encoding;
  /** In bytes, as sent and as inflated. */
  readonly limit: number;
  /** The longest time without a new chunk. */
  readonly stallMs: number;
}

export function bodyTooLarge(limit: number): ProblemError {
  const detail = `The body may have ${limit} bytes, inflated where it is compressed.`;
  return new ProblemError('payload_too_large', detail);
}

export function bodyAborted(): ProblemError {
  return new ProblemError('malformed_request', 'The body was cut off.');
}
