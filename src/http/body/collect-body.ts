import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import { trafficFull, type Share } from '../traffic/index.js';
import { BodyCollector } from './body-collector.js';
import { bodyAborted, bodyTooLarge, type BodyRules } from './body-rules.js';

/**
 * Collects and inflates a body. Its bytes are taken from the traffic budget as they arrive; where the body is
 * refused, they are released at once and the rest is discarded.
 * @throws ProblemError `payload_too_large`, `traffic_full`, `request_timeout`, `malformed_request`.
 */
export async function collectBody(response: Response, share: Share, rules: BodyRules): Promise<Buffer> {
  const { req: request } = response;
  if (Number(request.headers['content-length'] ?? 0) > rules.limit) throw bodyTooLarge(rules.limit);
  try {
    if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
    else if (!request.complete) await waitForArrival(request);
    if (request.complete && rules.encoding === 'identity') return readBuffered(request, share, rules);
    return await new BodyCollector(request, share, rules).collect();
  } catch (error) {
    share.release();
    // A stalled connection is not worth keeping.
    if (error instanceof ProblemError && error.code === 'request_timeout') {
      response.setHeader('Connection', 'close');
    }
    throw error;
  }
}

/**
 * A small body mostly arrives with its head, but Node's parser hands the head to Express before it parses the body:
 * all of the body is buffered in the next turn of the event loop. Listening for its chunks instead makes a small
 * write a third more expensive.
 */
async function waitForArrival(request: Request): Promise<void> {
  await nextTurn();
  if (request.destroyed && !request.complete) throw bodyAborted();
}

function readBuffered(request: Request, share: Share, { limit }: BodyRules): Buffer {
  const bytes = (request.read() as Buffer | null) ?? Buffer.alloc(0);
  if (bytes.length > limit) throw bodyTooLarge(limit);
  if (!share.tryTake(bytes.length)) throw trafficFull();
  return bytes;
}
