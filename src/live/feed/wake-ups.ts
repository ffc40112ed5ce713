import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Changes } from '../../database/index.js';

interface Waiting {
  readonly version: number;
  readonly wake: () => void;
}

/**
 * Whoever follows the changes reads them at most ten times a second, and all at the same time. More listeners hear more
 * rarely, so that what they take together is bounded.
 */
const INTERVAL_MS = 100;
const INTERVAL_MS_OF_EACH = 1;

/** Says that there is something to read. What it is, only the feed says. */
@Injectable()
export class WakeUps implements OnApplicationShutdown {
  /** Another number after each change. */
  version = 0;
  private readonly waiting = new Set<Waiting>();
  private readonly unsubscribe: () => void;
  private timer: NodeJS.Timeout | undefined;
  private last = -Infinity;

  constructor(changes: Changes) {
    this.unsubscribe = changes.subscribe(() => {
      this.version++;
      if (this.waiting.size > 0) this.schedule();
    });
  }

  /** Resolves when something has changed since a version, or the signal is aborted. */
  after(version: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const one: Waiting = {
        version,
        wake: () => {
          this.waiting.delete(one);
          signal.removeEventListener('abort', one.wake);
          resolve();
        },
      };
      if (signal.aborted) {
        one.wake();
        return;
      }
      signal.addEventListener('abort', one.wake);
      this.waiting.add(one);
      if (version !== this.version) this.schedule();
    });
  }

  onApplicationShutdown(): void {
    this.unsubscribe();
    clearTimeout(this.timer);
  }

  private schedule(): void {
    const interval = Math.max(INTERVAL_MS, this.waiting.size * INTERVAL_MS_OF_EACH);
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.last = performance.now();
        for (const one of [...this.waiting]) if (one.version !== this.version) one.wake();
      },
      Math.max(0, this.last + interval - performance.now()),
    );
  }
}
