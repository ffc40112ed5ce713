import type { Request, Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import { trafficFull, type Share } from '../traffic/index.js';
import { BodyCollector } from './body-collector.js';
import { tooLarge, type BodyRules } from './body-rules.js';

/**
 * The bytes of a body, inflated. What has come of it is held of the traffic budget as it comes; where the body is
 * refused, that is given back at once, and what comes after is thrown away.
 * @throws ProblemError `payload_too_large`, `traffic_full`, `request_timeout`, `malformed_request`.
 */
export async function collectBody(response: Response, share: Share, rules: BodyRules): Promise<Buffer> {
  const { req: request } = response;
  if (Number(request.headers['content-length'] ?? 0) > rules.limit) throw tooLarge(rules.limit);
  try {
    const whole = rules.encoding === 'identity' && request.complete;
    if (whole) return takeWhole(request, share, rules);
    if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
    return await new BodyCollector(request, share, rules).collect();
  } catch (error) {
    share.release();
    // A connection on which nothing more comes is of no more use.
    if (error instanceof ProblemError && error.code === 'request_timeout') {
      response.setHeader('Connection', 'close');
    }
    throw error;
  }
}

/** A small body mostly comes in one piece with its head. */
function takeWhole(request: Request, share: Share, { limit }: BodyRules): Buffer {
  const bytes = (request.read() as Buffer | null) ?? Buffer.alloc(0);
  if (bytes.length > limit) throw tooLarge(limit);
  if (!share.tryTake(bytes.length)) throw trafficFull();
  return bytes;
}
