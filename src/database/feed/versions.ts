import { randomUUID } from 'node:crypto';
import { ANY_TOPIC } from './feed-change.js';
import type { FeedState } from './feed.js';

/** A position that was seen, under an identity. */
export type Known = Pick<FeedState, 'identity' | 'position'>;

/** The versions of the topics, in memory. Processes that have seen the same positions have the same versions. */
export class Versions {
  /** Keeps versions without a known position distinct from those of other processes. */
  private readonly processId = randomUUID();
  private identity: string = this.processId;
  private readonly positions = new Map<string, number>();
  /** Of topics that may have changed at an unknown position, until they have a later one. */
  private readonly suffixes = new Map<string, string>();
  private suffixCount = 0;
  /** The highest position that is known. */
  position = 0;

  constructor(state?: FeedState) {
    if (state) this.adopt(state);
  }

  get known(): Known {
    return { identity: this.identity, position: this.position };
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
    this.reach(position);
    for (const [topic, last] of topics) this.raise(topic, last);
    return isSame;
  }

  /** A position was seen that changes no version. */
  reach(position: number): void {
    this.position = Math.max(this.position, position);
  }

  /** A state that was read before a later change does not take the change back. */
  raise(topic: string, position: number): void {
    this.reach(position);
    if (position <= (this.positions.get(topic) ?? 0)) return;
    this.positions.set(topic, position);
    this.suffixes.delete(topic);
  }

  /** Gives a topic another version at once, where the position of a change is not known. */
  invalidate(topic: string): void {
    this.suffixes.set(topic, ` ${this.processId} ${++this.suffixCount}`);
  }

  private markOf(topic: string): string {
    return `${this.positions.get(topic) ?? 0}${this.suffixes.get(topic) ?? ''}`;
  }
}
