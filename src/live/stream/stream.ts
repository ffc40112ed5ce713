import { once } from 'node:events';
import type { Response } from 'express';
import { beginEventStream } from '../../http/endpoint/event-stream.js';
import type { Batch } from '../change-reader.js';
import type { Follower, Start } from '../follower.js';
import type { Place } from '../place.js';
import type { Selection } from '../selection.js';
import { framesOf } from './frames.js';

/** A stream whose client takes nothing for so long is looked at. */
const STALL_MS = 2000;
/** One that takes nothing for so long is not waited for: what it is being sent may be large. */
const MAX_STALL_MS = 30_000;
/** What may wait for such a client; then the stream ends, and goes on where the client comes back. */
const MAX_WAITING_CHARACTERS = 1_048_576;
const MIN_RETRY_MS = 1000;

/**
 * One stream. Nothing is read for it while the client has not taken what was written: the feed keeps it, so that many slow
 * clients take little memory.
 */
export class Stream {
  /** Since when there is something that is not yet written; undefined where there is not. */
  behindSince: number | undefined;

  /** @param onSlow called where the stream ends because its client takes too little. */
  constructor(
    private readonly response: Response,
    private readonly wanted: Selection,
    private readonly follower: Follower,
    private readonly onSlow: () => void,
  ) {}

  begin(): void {
    beginEventStream(this.response);
    this.response.write(retryLine());
  }

  /** Writes what follows until nobody listens any more. */
  async run(start: Start, signal: AbortSignal): Promise<void> {
    for await (const batch of this.follower.follow(start, this.wanted, signal)) {
      this.behindSince ??= performance.now();
      await this.send(batch, signal);
      if (batch.isAtHead) this.behindSince = undefined;
    }
  }

  /** A comment, which changes no position. */
  beat(): void {
    const { writableEnded, writableNeedDrain } = this.response;
    if (!writableEnded && !writableNeedDrain) this.response.write(':\n\n');
  }

  /** The client comes again, if it may. */
  end(): void {
    const { writableEnded, writableNeedDrain } = this.response;
    // What has ended before and is still here has a client that does not read; another end would be an error.
    if (writableEnded || writableNeedDrain) this.response.destroy();
    else this.response.end(retryLine());
  }

  private async send({ messages, next }: Batch, signal: AbortSignal): Promise<void> {
    for (const frame of await framesOf(messages)) {
      if (signal.aborted || this.response.writableEnded) return;
      if (!this.response.write(frame)) await this.drained(next, signal);
    }
  }

  private async drained(next: Place, signal: AbortSignal): Promise<void> {
    const moving = new AbortController();
    const look = (): void => void this.endIfMuchWaits(next, AbortSignal.any([moving.signal, signal]));
    const timers = [setTimeout(look, STALL_MS).unref(), setTimeout(this.endAsSlow, MAX_STALL_MS).unref()];
    await once(this.response, 'drain', { signal }).catch(() => undefined);
    for (const timer of timers) clearTimeout(timer);
    moving.abort();
  }

  private readonly endAsSlow = (): void => {
    if (this.response.destroyed) return;
    this.onSlow();
    this.response.destroy();
  };

  /** Counts what comes after what is being written. */
  private async endIfMuchWaits(next: Place, stalled: AbortSignal): Promise<void> {
    let waiting = 0;
    for await (const { messages } of this.follower.follow(next, this.wanted, stalled)) {
      for (const { size } of messages) waiting += size;
      if (waiting <= MAX_WAITING_CHARACTERS) continue;
      this.endAsSlow();
      return;
    }
  }
}

/** At random, so that all who were cut off together do not come back together. */
function retryLine(): string {
  return `retry: ${Math.round(MIN_RETRY_MS * (1 + 2 * Math.random()))}\n\n`;
}
