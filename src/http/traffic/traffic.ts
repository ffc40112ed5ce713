import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import type { Socket } from 'node:net';
import { clientKeyOf } from '../client-key.js';
import { Measures } from '../../observability/health-indicators.js';
import { ProblemError } from '../../problems/problem.error.js';
import { SMALL_BYTES, TrafficBudget, type Share } from './traffic-budget.js';

const RETRY_SECONDS = 5;
/** A request with one of these methods has changed nothing when it is refused. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Counts the bytes of each request against the traffic budget. All are released when the answer is sent or the
 * connection closes, whichever is first.
 */
@Injectable()
export class Traffic {
  private readonly shareByResponse = new WeakMap<Response, Share>();
  private readonly sharesByConnection = new WeakMap<Socket, Set<Share>>();

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

  /** The share of this response's request. */
  shareOf(response: Response): Share {
    return this.shareByResponse.get(response) ?? this.open(response);
  }

  /**
   * Called before a text is sent; its size replaces that of the body, which was consumed. The answer to a change is
   * never refused, because the change is committed: it is about as large as its body, or was reserved.
   * @throws ProblemError `traffic_full`.
   */
  admit(response: Response, bytes: number): void {
    if (bytes < SMALL_BYTES) return;
    const share = this.shareOf(response);
    if (!SAFE_METHODS.has(response.req.method)) share.hold(bytes);
    else if (!share.tryHold(bytes)) throw trafficFull();
  }

  /**
   * Called before a change whose answer may be larger than its request.
   * @throws ProblemError `traffic_full`.
   */
  reserve(response: Response, bytes: number): void {
    if (bytes >= SMALL_BYTES && !this.shareOf(response).tryHold(bytes)) throw trafficFull();
  }

  /**
   * Called after a text was sent: a small one is counted only if the socket could not take it at once, which is rare.
   */
  recordSent(response: Response, bytes: number): void {
    if (bytes < SMALL_BYTES && response.socket?.writableLength !== 0) this.shareOf(response).hold(bytes);
  }

  private open(response: Response): Share {
    const { req: request } = response;
    const share = this.budget.share(clientKeyOf(request));
    this.shareByResponse.set(response, share);
    if (request.socket.destroyed || response.writableFinished) {
      share.release();
      return share;
    }
    // A pipelined response that waits for an earlier one gets no `close` event with the connection.
    const shares = this.sharesOn(request.socket);
    shares.add(share);
    response.once('close', () => {
      share.release();
      shares.delete(share);
    });
    return share;
  }

  private sharesOn(socket: Socket): Set<Share> {
    const known = this.sharesByConnection.get(socket);
    if (known) return known;
    const shares = new Set<Share>();
    this.sharesByConnection.set(socket, shares);
    socket.once('close', () => {
      for (const share of shares) share.release();
    });
    return shares;
  }
}

/** Reserves budget for the answer to a change once its size is known; without a `Traffic`, nothing is counted. */
export function admission(response: Response, traffic?: Traffic): (bytes: number) => void {
  return (bytes) => traffic?.reserve(response, bytes);
}

/** The problem for an exhausted budget. */
export function trafficFull(): ProblemError {
  const detail = 'Too many bytes are on their way, of all clients together or of yours.';
  return new ProblemError('traffic_full', detail, { retryAfterSeconds: RETRY_SECONDS });
}
