import type { Readable, Transform } from 'node:stream';
import type { Request } from 'express';
import { reasonOf } from '../../problems/errors.js';
import { ProblemError } from '../../problems/problem.error.js';
import { trafficFull, type Share } from '../traffic/index.js';
import { bodyAborted, bodyTooLarge, type BodyRules } from './body-rules.js';
import { createInflater } from './inflate.js';
import { BodyChunks } from './chunks.js';

/** Collects a body that arrives in chunks, inflates it and enforces the limits. */
export class BodyCollector {
  private readonly chunks: BodyChunks;
  private readonly inflater: Transform | undefined;
  private readonly stallTimer: NodeJS.Timeout;
  private receivedBytes = 0;
  private resolve: (bytes: Buffer) => void = ignore;
  private reject: (error: ProblemError) => void = ignore;

  constructor(
    private readonly request: Request,
    private readonly share: Share,
    private readonly rules: BodyRules,
  ) {
    const { encoding, stallMs } = rules;
    this.stallTimer = setTimeout(this.onStall, stallMs);
    const announced = encoding === 'identity' ? Number(request.headers['content-length'] ?? 0) : 0;
    this.chunks = new BodyChunks(announced);
    if (encoding !== 'identity') this.inflater = createInflater(encoding);
  }

  /** @throws ProblemError; see `collectBody`. */
  collect(): Promise<Buffer> {
    const { request, inflater } = this;
    request.on('data', this.onRawChunk).on('error', this.onAbort).on('close', this.onAbort);
    inflater?.on('error', this.onInflateError);
    const source: Readable = inflater ? request.pipe(inflater) : request;
    source.on('data', this.onChunk).on('end', this.onEnd);
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  private readonly onRawChunk = (chunk: Buffer): void => {
    this.stallTimer.refresh();
    this.receivedBytes += chunk.length;
    if (this.receivedBytes > this.rules.limit) this.refuse(bodyTooLarge(this.rules.limit));
  };

  private readonly onChunk = (chunk: Buffer): void => {
    this.stallTimer.refresh();
    if (this.chunks.size + chunk.length > this.rules.limit) this.refuse(bodyTooLarge(this.rules.limit));
    else if (this.share.tryTake(chunk.length)) this.chunks.add(chunk);
    else this.refuse(trafficFull());
  };

  private readonly onEnd = (): void => {
    this.detach();
    this.resolve(this.chunks.join());
  };

  /** A complete body is not stalled: what remains to be inflated is our own work. */
  private readonly onStall = (): void => {
    if (this.request.complete) return;
    const detail = `Nothing more of the body came for ${this.rules.stallMs / 1000} seconds.`;
    this.refuse(new ProblemError('request_timeout', detail));
  };

  private readonly onInflateError = (error: Error): void => {
    const detail = `The body is not what its Content-Encoding says: ${reasonOf(error)}.`;
    this.refuse(new ProblemError('malformed_request', detail));
  };

  /** The connection is closed; the answer would not be read. */
  private readonly onAbort = (): void => {
    if (!this.request.complete) this.refuse(bodyAborted());
  };

  private refuse(error: ProblemError): void {
    this.detach();
    this.chunks.clear();
    this.reject(error);
    this.request.resume();
  }

  /** Removes all listeners but one for errors: an `error` event without a listener would end the process. */
  private detach(): void {
    clearTimeout(this.stallTimer);
    const { request, inflater } = this;
    request.off('data', this.onRawChunk).off('data', this.onChunk).off('end', this.onEnd);
    request.off('close', this.onAbort).off('error', this.onAbort).on('error', ignore);
    if (!inflater) return;
    request.unpipe(inflater);
    inflater.off('data', this.onChunk).off('end', this.onEnd).off('error', this.onInflateError);
    inflater.on('error', ignore).destroy();
  }
}

function ignore(): void {
  // The outcome is settled already.
}
