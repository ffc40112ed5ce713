import { LRUCache } from 'lru-cache';
import type { Message } from './message.js';

type Messages = readonly Message[];

/** Whoever is behind the others by little finds what they have read. */
const MAX_AGE_MS = 10_000;
const MAX_KEPT_CHARACTERS = 8 * 1_048_576;

/** Messages that were read, by their place: read once for all who need them at about the same time. */
export class SharedMessages {
  private readonly kept = new LRUCache<string, Messages>({
    maxSize: MAX_KEPT_CHARACTERS,
    sizeCalculation: sizeOf,
    ttl: MAX_AGE_MS,
  });
  /** What is too large to be kept is shared while somebody has it, as one who sends it to a slow client does. */
  private readonly held = new Map<string, WeakRef<Messages>>();
  private readonly reading = new Map<string, Promise<Messages>>();

  /** @throws what the read throws. */
  get(name: string, read: () => Promise<Messages>): Messages | Promise<Messages> {
    return (
      this.kept.get(name) ?? this.held.get(name)?.deref() ?? this.reading.get(name) ?? this.begin(name, read)
    );
  }

  /** Forgets what was read, and what is being read: rows are no longer as they were. */
  clear(): void {
    this.kept.clear();
    this.held.clear();
    this.reading.clear();
  }

  private async begin(name: string, read: () => Promise<Messages>): Promise<Messages> {
    const reading = read();
    this.reading.set(name, reading);
    try {
      const messages = await reading;
      if (this.reading.get(name) === reading) this.keep(name, messages);
      return messages;
    } finally {
      if (this.reading.get(name) === reading) this.reading.delete(name);
    }
  }

  private keep(name: string, messages: Messages): void {
    if (sizeOf(messages) <= MAX_KEPT_CHARACTERS) {
      this.kept.set(name, messages);
      return;
    }
    for (const [other, ref] of this.held) if (!ref.deref()) this.held.delete(other);
    this.held.set(name, new WeakRef(messages));
  }
}

function sizeOf(messages: Messages): number {
  return messages.reduce((sum, { size }) => sum + size, 1);
}
