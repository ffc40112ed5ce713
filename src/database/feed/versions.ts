import { randomUUID } from 'node:crypto';
import { ANY_TOPIC } from './feed-change.js';
import type { FeedState } from './feed.js';

/** The versions of the topics in memory: the same in every process that has seen the same positions. */
export class Versions {
  /** Keeps a version that no position tells apart distinct from those of other processes. */
  private readonly processId = randomUUID();
  private identity: string = this.processId;
  private readonly positions = new Map<string, number>();
  /** Of a topic that may have changed without a position; until it has the next one. */
  private readonly doubts = new Map<string, string>();
  private doubtCount = 0;
  /** The highest position that is known. */
  position = 0;

  constructor(state?: FeedState) {
    if (state) this.adopt(state);
  }

  of(topic: string): string {
    return `${this.identity} ${topic} ${this.markOf(topic)} ${this.markOf(ANY_TOPIC)}`;
  }

  /** @returns false where the state is that of another identity, under which everything begins anew. */
  adopt({ identity, position, topics }: FeedState): boolean {
    const isSame = identity === this.identity;
    if (!isSame) {
      this.identity = identity;
      this.position = 0;
      this.positions.clear();
    }
    this.position = Math.max(this.position, position);
    for (const [topic, last] of topics) this.raise(topic, last);
    return isSame;
  }

  /** What was read before a later change was told does not take it back. */
  raise(topic: string, position: number): void {
    this.position = Math.max(this.position, position);
    if (position <= (this.positions.get(topic) ?? 0)) return;
    this.positions.set(topic, position);
    this.doubts.delete(topic);
  }

  /** Gives a topic another version at once, of which no position is known. */
  doubt(topic: string): void {
    this.doubts.set(topic, ` ${this.processId} ${++this.doubtCount}`);
  }

  private markOf(topic: string): string {
    return `${this.positions.get(topic) ?? 0}${this.doubts.get(topic) ?? ''}`;
  }
}
