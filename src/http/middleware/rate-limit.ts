import type { Request, Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import type { RequestStep } from './request-steps.js';
import { RateLimit } from '../../time/rate-limit.js';

/**
 * Request step: so many requests a minute for each client, counted in memory. What is refused is told when to
 * come back; no body of it was read.
 * @param clientOf names who asks; `undefined` for a request that does not count.
 */
export function limitRate(
  perMinute: number,
  clientOf: (request: Request) => string | undefined,
): RequestStep {
  const requests = new RateLimit(perMinute);
  return (request, response) => {
    const client = perMinute === 0 ? undefined : clientOf(request);
    const seconds = client === undefined ? 0 : requests.consume(client);
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
