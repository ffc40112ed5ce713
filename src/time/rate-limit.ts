import { LRUCache } from 'lru-cache';

const MINUTE_MS = 60_000;
/** Past that many names within a minute, the one that was not seen for longest begins anew. */
const MOST_NAMES = 10_000;

/** A clock that runs on however the time of day is set: milliseconds since some moment. */
type Clock = Pick<typeof performance, 'now'>;

/** Counts tries by name. A name's minute begins with its first try, and ends when it has passed on a steady clock. */
export class RateLimit {
  private readonly minutes: LRUCache<string, { tries: number }>;

  constructor(
    private readonly perMinute: number,
    clock: Clock = performance,
  ) {
    this.minutes = new LRUCache({ max: MOST_NAMES, ttl: MINUTE_MS, ttlResolution: 0, perf: clock });
  }

  /** Counts one more. @returns the seconds to wait where that is too many; 0 where it is not. */
  consume(name: string): number {
    const minute = this.minutes.get(name) ?? this.begin(name);
    minute.tries++;
    if (minute.tries <= this.perMinute) return 0;
    return Math.max(1, Math.ceil(this.minutes.getRemainingTTL(name) / 1000));
  }

  forget(name: string): void {
    this.minutes.delete(name);
  }

  private begin(name: string): { tries: number } {
    const minute = { tries: 0 };
    this.minutes.set(name, minute);
    return minute;
  }
}
