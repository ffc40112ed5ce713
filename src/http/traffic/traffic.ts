import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Socket } from 'node:net';
import { nameOfClient } from '../client-name.js';
import { Measures } from '../../observability/health-indicators.js';
import { ProblemError } from '../../problems/problem.error.js';
import { SMALL_BYTES, TrafficBudget, type Share } from './traffic-budget.js';

const RETRY_SECONDS = 5;
/** What these ask for has changed nothing yet when it is refused. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Counts what requests hold of the traffic budget. All is given back when the answer is out or the connection closes,
 * whichever is first.
 */
@Injectable()
export class Traffic {
  private readonly ofResponse = new WeakMap<Response, Share>();
  private readonly ofConnection = new WeakMap<Socket, Set<Share>>();

  constructor(
    readonly budget: TrafficBudget,
    measures: Measures,
  ) {
    measures.add({
      name: 'traffic_bytes',
      help: 'Bytes of bodies that have arrived and of answers that are not yet sent.',
      read: () => budget.held,
    });
    measures.add({
      name: 'traffic_budget_bytes',
      help: 'How many such bytes there may be; more are refused with traffic_full.',
      read: () => budget.limit,
    });
  }

  /** What the request of this response holds. */
  shareOf(response: Response): Share {
    return this.ofResponse.get(response) ?? this.open(response);
  }

  /**
   * To be asked before a text is sent. It counts in place of the body, which was used up. The answer to what has
   * changed something is never refused, which would be a lie: it is about as large as its body, or was reserved.
   * @throws ProblemError `traffic_full`.
   */
  admit(response: Response, bytes: number): void {
    if (bytes < SMALL_BYTES) return;
    const share = this.shareOf(response);
    if (!SAFE_METHODS.has(response.req.method)) share.hold(bytes);
    else if (!share.tryHold(bytes)) throw trafficFull();
  }

  /**
   * To be asked before something is changed whose answer may be larger than what was sent.
   * @throws ProblemError `traffic_full`.
   */
  reserve(response: Response, bytes: number): void {
    if (bytes >= SMALL_BYTES && !this.shareOf(response).tryHold(bytes)) throw trafficFull();
  }

  /** To be told after a text was sent: a small one is counted where it did not leave at once, which is rare. */
  sent(response: Response, bytes: number): void {
    if (bytes < SMALL_BYTES && response.socket?.writableLength !== 0) this.shareOf(response).hold(bytes);
  }

  private open(response: Response): Share {
    const { req: request } = response;
    const share = this.budget.share(nameOfClient(request));
    this.ofResponse.set(response, share);
    if (request.socket.destroyed || response.writableFinished) {
      share.release();
      return share;
    }
    // A response that waits behind others of its connection hears nothing when that is closed.
    const neighbours = this.neighboursOn(request.socket);
    neighbours.add(share);
    response.once('close', () => {
      share.release();
      neighbours.delete(share);
    });
    return share;
  }

  private neighboursOn(socket: Socket): Set<Share> {
    const known = this.ofConnection.get(socket);
    if (known) return known;
    const shares = new Set<Share>();
    this.ofConnection.set(socket, shares);
    socket.once('close', () => {
      for (const share of shares) share.release();
    });
    return shares;
  }
}

/** Reserves room for the answer to a change once its size is known; where no traffic is counted, there always is. */
export function admission(response: Response, traffic?: Traffic): (bytes: number) => void {
  return (bytes) => traffic?.reserve(response, bytes);
}

/** The refusal of what there is no room for. */
export function trafficFull(): ProblemError {
  const detail = 'Too many bytes are on their way, of all clients together or of yours.';
  return new ProblemError('traffic_full', detail, { retryAfterSeconds: RETRY_SECONDS });
}
