import { Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { describeError } from '../../problems/described-error.js';
import { ChangeReader } from '../change-reader.js';
import type { StreamQueryDto } from '../change.request.js';
import { Follower } from '../follower.js';
import { Selection } from '../selection.js';
import { Audience } from './audience.js';
import { Stream } from './stream.js';

const HEARTBEAT_MS = 15_000;

/** The open streams. */
@Injectable()
export class Streams {
  /** How many ended because their clients took too little. */
  slow = 0;
  private readonly open = new Set<Stream>();
  private readonly logger = new Logger('Live');

  constructor(
    private readonly audience: Audience,
    private readonly reader: ChangeReader,
    private readonly follower: Follower,
  ) {}

  get count(): number {
    return this.open.size;
  }

  /** For how long the stream that is behind most has had something to write, in seconds. */
  get lagSeconds(): number {
    const now = performance.now();
    let since = now;
    for (const { behindSince } of this.open) since = Math.min(since, behindSince ?? now);
    return (now - since) / 1000;
  }

  /**
   * Answers with the changes that are wanted, until the client leaves.
   * @throws ProblemError `too_many_streams`, `database_unavailable` or `database_busy`.
   */
  async begin(request: Request, response: Response, { after, ...filter }: StreamQueryDto): Promise<void> {
    const signal = this.audience.join(request, response);
    const last = request.headers['last-event-id'];
    const start = typeof last === 'string' && last !== '' ? last : (after ?? (await this.reader.end()));
    const stream = new Stream(response, new Selection(filter), this.follower, () => this.slow++);
    stream.begin();
    if (signal.aborted || request.method === 'HEAD') {
      stream.end();
      return;
    }
    this.keep(stream, request, signal);
    stream.run(start, signal).catch((error: unknown) => {
      const { message, stack } = describeError(error);
      this.logger.error(`A stream ends: ${message}`, stack);
      stream.end();
    });
  }

  /** Looks after a stream for as long as it is open. */
  private keep(stream: Stream, request: Request, signal: AbortSignal): void {
    this.open.add(stream);
    const timer = setInterval(() => {
      this.audience.requireStillAllowed(request).then(
        () => {
          stream.beat();
        },
        () => {
          stream.end();
        },
      );
    }, HEARTBEAT_MS).unref();
    signal.addEventListener('abort', () => {
      clearInterval(timer);
      this.open.delete(stream);
      stream.end();
    });
  }
}
