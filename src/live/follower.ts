import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { describeError } from '../problems/described-error.js';
import { throttle } from '../time/throttle.js';
import { ChangeReader, type Batch } from './change-reader.js';
import { WakeUps } from './feed/wake-ups.js';
import type { Place } from './place.js';
import type { Selection } from './selection.js';

/** Where one begins: at an id that one has kept, or at a place. */
export type Start = string | Place;

const RETRY_MS = 1000;
const log = new Logger('Live');
const warn = throttle((reason: string) => {
  log.warn(`The changes cannot be read, and whoever follows them waits: ${reason}`);
});

/** Follows the changes from a place on. */
@Injectable()
export class Follower {
  constructor(
    private readonly reader: ChangeReader,
    private readonly wakeUps: WakeUps,
  ) {}

  /** Batches one after the other, also empty ones; where the database fails it goes on when that is over. */
  async *follow(start: Start, wanted: Selection, signal: AbortSignal): AsyncGenerator<Batch, void> {
    for (let place = start; !signal.aborted;) {
      const { version } = this.wakeUps;
      const batch = await this.read(place, wanted, signal);
      if (!batch) continue;
      yield batch;
      place = batch.next;
      if (batch.isAtHead) await this.wakeUps.after(version, signal);
    }
  }

  /** @returns undefined where it could not be read; some time has passed then. */
  private async read(start: Start, wanted: Selection, signal: AbortSignal): Promise<Batch | undefined> {
    try {
      return typeof start === 'string'
        ? await this.reader.afterId(start, wanted)
        : await this.reader.after(start, wanted);
    } catch (error) {
      if (!signal.aborted) warn(describeError(error).message);
      await sleep(RETRY_MS, undefined, { ref: false, signal }).catch(() => undefined);
      return undefined;
    }
  }
}
