import type { Request, Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import type { RequestStep } from './request-steps.js';
import { RateLimit } from '../../time/rate-limit.js';

/**
 * Request step: allows a number of requests a minute for each client, counted in memory. A refused client gets
 * `Retry-After`, and its body is not read.
 * @param keyOf the key of the client; `undefined` exempts the request.
 */
export function limitRate(perMinute: number, keyOf: (request: Request) => string | undefined): RequestStep {
  const requests = new RateLimit(perMinute);
  return (request, response) => {
    const key = perMinute === 0 ? undefined : keyOf(request);
    const seconds = key === undefined ? 0 : requests.consume(key);
    if (seconds > 0) throw refusal(response, perMinute, seconds);
  };
}

/** The headers are those of the draft "RateLimit header fields for HTTP", in the form that clients know best. */
function refusal(response: Response, perMinute: number, seconds: number): ProblemError {
  response.setHeader('RateLimit-Limit', perMinute);
  response.setHeader('RateLimit-Remaining', 0);
  response.setHeader('RateLimit-Reset', seconds);
  const detail = `More than ${perMinute} requests in a minute; wait ${seconds} seconds.`;
  return new ProblemError('too_many_requests', detail, { retryAfterSeconds: seconds });
}
