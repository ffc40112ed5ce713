import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Database, readFeed } from '../../database/index.js';
import { entriesOf, type Entry } from './entries.js';
import { WakeUps } from './wake-ups.js';

/** The entries of some positions that follow one another. */
export interface Stretch {
  readonly identity: string;
  /** The last position of the feed. */
  readonly head: number;
  /** Whether the position that was asked for is no longer kept. */
  readonly isCut: boolean;
  readonly entries: readonly Entry[];
  /** The position after the stretch. */
  readonly next: number;
}

interface Kept {
  readonly version: number;
  readonly stretch: Stretch;
}

/** A position has a row for each topic and kind, and a thousand ids of each: few are read in one turn of the event loop. */
const POSITIONS = 50;
const MAX_STRETCHES = 100;
const MAX_KEPT_IDS = 500_000;

/** Reads the change feed once for all that stand at the same position. */
@Injectable()
export class FeedLog {
  private readonly kept = new LRUCache<number, Kept>({
    max: MAX_STRETCHES,
    maxSize: MAX_KEPT_IDS,
    sizeCalculation: ({ stretch }) => stretch.entries.reduce((sum, { keys }) => sum + keys.length, 1),
  });
  private readonly reading = new Map<number, Promise<Stretch>>();

  constructor(
    private readonly database: Database,
    private readonly wakeUps: WakeUps,
  ) {}

  /**
   * The stretch that begins with a position.
   * @param isTold whether somebody was told of this position. Another instance may have done that, before this one has heard
   *   of the change: what was read before does not do then.
   * @throws the problems of `Database.read`.
   */
  from(position: number, isTold: boolean): Stretch | Promise<Stretch> {
    const known = this.kept.get(position);
    const isBehind = isTold && known !== undefined && known.stretch.head < position;
    if (known && !isBehind && this.isCurrent(known)) return known.stretch;
    return this.reading.get(position) ?? this.begin(position);
  }

  /** What was read since the last change, or does not reach the end of the feed, is as it would be read now. */
  private isCurrent({ version, stretch: { identity, next, head } }: Kept): boolean {
    if (version === this.wakeUps.version) return true;
    return next <= head && identity === this.database.changes.known.identity;
  }

  private begin(position: number): Promise<Stretch> {
    const reading = this.read(position).finally(() => this.reading.delete(position));
    this.reading.set(position, reading);
    return reading;
  }

  private async read(position: number): Promise<Stretch> {
    await nextTurn();
    // Whoever comes after this moment reads what is committed after it anew.
    this.reading.delete(position);
    const { version } = this.wakeUps;
    const {
      identity,
      position: head,
      changes,
      isCut,
    } = await readFeed(this.database, position - 1, POSITIONS);
    const next = (changes.at(-1)?.position ?? position - 1) + 1;
    const stretch = { identity, head, isCut, entries: entriesOf(changes), next };
    this.kept.set(position, { version, stretch });
    return stretch;
  }
}
