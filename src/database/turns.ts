import { ProblemError } from '../problems/problem.error.js';
import { databaseUnavailable } from './database-problems.js';

/** The most that wait, where nothing else is said; further ones are refused. */
const MAX_WAITING = 64;

interface TurnsOptions {
  /** How many may wait. */
  readonly capacity?: number | undefined;
  /** Called when nobody works and nobody waits. */
  readonly idle?: () => void;
}

interface Turn {
  readonly begin: () => void;
  readonly refuse: (error: unknown) => void;
}

/** Lets a few work at the same time, and bounds those who wait, in order of arrival. */
export class Turns {
  readonly capacity: number;
  /** How many work. */
  running = 0;
  private readonly waiting = new Set<Turn>();
  private isStopped = false;
  private readonly idle: () => void;

  constructor(
    /** How many may work at the same time. */
    private readonly size: number,
    { capacity = MAX_WAITING, idle = () => undefined }: TurnsOptions = {},
  ) {
    this.capacity = capacity;
    this.idle = idle;
  }

  /** How many wait. */
  get depth(): number {
    return this.waiting.size;
  }

  /**
   * Works when its turn has come.
   * @param signal drops the work where it still waits.
   * @throws ProblemError `read_queue_full`, `database_unavailable`; the reason of the signal; or what the work throws.
   */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.wait(signal);
    try {
      if (this.isStopped) throw stopped();
      return await work();
    } finally {
      this.pass();
    }
  }

  /** Refuses those who wait, and all that come. */
  stop(): void {
    this.isStopped = true;
    for (const { refuse } of this.waiting) refuse(stopped());
    this.waiting.clear();
  }

  private async wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.isStopped) throw stopped();
    signal?.throwIfAborted();
    if (this.running < this.size) {
      this.running++;
      return;
    }
    if (this.waiting.size >= this.capacity) {
      const detail = `${this.capacity} reads that may take long are waiting already.`;
      throw new ProblemError('read_queue_full', detail, { retryAfterSeconds: 1 });
    }
    await this.queue(signal);
  }

  private queue(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.waiting.delete(turn);
        reject(signal?.reason as Error);
      };
      const begin = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const turn = { begin, refuse: reject };
      signal?.addEventListener('abort', leave, { once: true });
      this.waiting.add(turn);
    });
  }

  /** The next that waits works in the place of one that is done. */
  private pass(): void {
    const [next] = this.waiting;
    if (next) {
      this.waiting.delete(next);
      next.begin();
      return;
    }
    this.running--;
    if (this.running === 0 && !this.isStopped) this.idle();
  }
}

function stopped(): Error {
  return databaseUnavailable('The service is shutting down.');
}
