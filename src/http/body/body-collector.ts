import type { Readable, Transform } from 'node:stream';
import type { Request } from 'express';
import { reasonOf } from '../../problems/errors.js';
import { ProblemError } from '../../problems/problem.error.js';
import { trafficFull, type Share } from '../traffic/index.js';
import { cutOff, tooLarge, type BodyRules } from './body-rules.js';
import { inflater } from './inflate.js';
import { Pieces } from './pieces.js';

/** Takes in a body that comes piece by piece. */
export class BodyCollector {
  private readonly pieces: Pieces;
  private readonly inflating: Transform | undefined;
  private readonly stall: NodeJS.Timeout;
  private arrived = 0;
  private resolve: (bytes: Buffer) => void = ignore;
  private reject: (error: ProblemError) => void = ignore;

  constructor(
    private readonly request: Request,
    private readonly share: Share,
    private readonly rules: BodyRules,
  ) {
    const { encoding, stallMs } = rules;
    this.stall = setTimeout(this.onStall, stallMs);
    const announced = encoding === 'identity' ? Number(request.headers['content-length'] ?? 0) : 0;
    this.pieces = new Pieces(announced);
    if (encoding !== 'identity') this.inflating = inflater(encoding);
  }

  /** @throws ProblemError; see `collectBody`. */
  collect(): Promise<Buffer> {
    const { request, inflating } = this;
    request.on('data', this.onArrival).on('error', this.onAbort).on('close', this.onAbort);
    inflating?.on('error', this.onBroken);
    const source: Readable = inflating ? request.pipe(inflating) : request;
    source.on('data', this.onBytes).on('end', this.onEnd);
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  private readonly onArrival = (chunk: Buffer): void => {
    this.stall.refresh();
    this.arrived += chunk.length;
    if (this.arrived > this.rules.limit) this.refuse(tooLarge(this.rules.limit));
  };

  private readonly onBytes = (chunk: Buffer): void => {
    this.stall.refresh();
    if (this.pieces.size + chunk.length > this.rules.limit) this.refuse(tooLarge(this.rules.limit));
    else if (this.share.tryTake(chunk.length)) this.pieces.add(chunk);
    else this.refuse(trafficFull());
  };

  private readonly onEnd = (): void => {
    this.leave();
    this.resolve(this.pieces.join());
  };

  /** A body that has come whole waits for nobody but us. */
  private readonly onStall = (): void => {
    if (this.request.complete) return;
    const detail = `Nothing more of the body came for ${this.rules.stallMs / 1000} seconds.`;
    this.refuse(new ProblemError('request_timeout', detail));
  };

  private readonly onBroken = (error: Error): void => {
    const detail = `The body is not what its Content-Encoding says: ${reasonOf(error)}.`;
    this.refuse(new ProblemError('malformed_request', detail));
  };

  /** The connection is gone; nobody will read the answer. */
  private readonly onAbort = (): void => {
    if (!this.request.complete) this.refuse(cutOff());
  };

  private refuse(error: ProblemError): void {
    this.leave();
    this.pieces.clear();
    this.reject(error);
    this.request.resume();
  }

  /** Listens for nothing any more but for errors, which would end the process where nobody did. */
  private leave(): void {
    clearTimeout(this.stall);
    const { request, inflating } = this;
    request.off('data', this.onArrival).off('data', this.onBytes).off('end', this.onEnd);
    request.off('close', this.onAbort).off('error', this.onAbort).on('error', ignore);
    if (!inflating) return;
    request.unpipe(inflating);
    inflating.off('data', this.onBytes).off('end', this.onEnd).off('error', this.onBroken);
    inflating.on('error', ignore).destroy();
  }
}

function ignore(): void {
  // It was dealt with, or comes after what was.
}
