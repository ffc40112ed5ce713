import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Request, Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import { trafficFull, type Share } from '../traffic/index.js';
import { BodyCollector } from './body-collector.js';
import { cutOff, tooLarge, type BodyRules } from './body-rules.js';

/**
 * The bytes of a body, inflated. What has come of it is held of the traffic budget as it comes; where the body is
 * refused, that is given back at once, and what comes after is thrown away.
 * @throws ProblemError `payload_too_large`, `traffic_full`, `request_timeout`, `malformed_request`.
 */
export async function collectBody(response: Response, share: Share, rules: BodyRules): Promise<Buffer> {
  const { req: request } = response;
  if (Number(request.headers['content-length'] ?? 0) > rules.limit) throw tooLarge(rules.limit);
  try {
    if (request.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
    else if (!request.complete) await arrivalOf(request);
    if (request.complete && rules.encoding === 'identity') return takeWhole(request, share, rules);
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

/**
 * A small body mostly comes with its head, but Node's parser gives the head to Express before it goes on to the body: in
 * the next turn of the event loop all of it is there. To listen for its pieces instead makes a small write a third dearer.
 */
async function arrivalOf(request: Request): Promise<void> {
  await nextTurn();
  if (request.destroyed && !request.complete) throw cutOff();
}

/**
 * Whether a body that was announced has come and holds nothing: a client may announce chunks before it knows that there
 * are none.
 */
export async function isEmpty(request: Request): Promise<boolean> {
  await arrivalOf(request);
  return request.complete && request.readableLength === 0;
}

function takeWhole(request: Request, share: Share, { limit }: BodyRules): Buffer {
  const bytes = (request.read() as Buffer | null) ?? Buffer.alloc(0);
  if (bytes.length > limit) throw tooLarge(limit);
  if (!share.tryTake(bytes.length)) throw trafficFull();
  return bytes;
}
