import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;
/** Beyond this many names within a minute, the least recently used one starts a new window. */
const MAX_NAMES = 10_000;

/** A monotonic clock, independent of changes to the time of day, in milliseconds. */
type Clock = Pick<typeof performance, 'now'>;

/**
 * Counts attempts by name in fixed windows. A name's window starts with its first attempt and lasts a minute of a
 * monotonic clock.
 */
export class RateLimit {
  private readonly windows: LRUCache<string, { tries: number }>;

  constructor(
    private readonly perMinute: number,
    clock: Clock = performance,
  ) {
    this.windows = new LRUCache({ max: MAX_NAMES, ttl: WINDOW_MS, ttlResolution: 0, perf: clock });
  }

  /**
   * Counts one attempt.
   * @returns the seconds to wait where the limit is exceeded; 0 otherwise.
   */
  consume(name: string): number {
    const minute = this.windows.get(name) ?? this.startWindow(name);
    minute.tries++;
    if (minute.tries <= this.perMinute) return 0;
    return Math.max(1, Math.ceil(this.windows.getRemainingTTL(name) / 1000));
  }

  forget(name: string): void {
    this.windows.delete(name);
  }

  private startWindow(name: string): { tries: number } {
    const minute = { tries: 0 };
    this.windows.set(name, minute);
    return minute;
  }
}
