import { Turns } from '../turns.js';
import { endedOrLate } from './ended-or-late.js';
import type { Thread } from './thread.js';

export interface PoolOptions {
  /** How many threads there may be. */
  readonly size: number;
  /** Idle threads end after this time. */
  readonly idleMs: number;
  /** How many may wait for one. Default: 64. */
  readonly capacity?: number;
}

/** Threads that start when they are needed and end when all were idle for a while. Where one dies, the next order has a new one. */
export class ThreadPool<Order, Done extends object> {
  readonly turns: Turns;
  private readonly threads = new Set<Thread<Order, Done>>();
  private free: Thread<Order, Done>[] = [];
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly start: () => Thread<Order, Done>,
    { size, idleMs, capacity }: PoolOptions,
  ) {
    const idle = (): void => {
      this.idle = setTimeout(() => {
        for (const thread of this.free.splice(0)) void thread.end();
      }, idleMs).unref();
    };
    this.turns = new Turns(size, { capacity, idle });
  }

  /**
   * Works with a thread when its turn has come.
   * @param signal drops the work where it still waits.
   * @throws ProblemError `read_queue_full`, `database_unavailable`; the reason of the signal; or what the work throws.
   */
  use<T>(work: (thread: Thread<Order, Done>) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.turns.take(async () => {
      clearTimeout(this.idle);
      const thread = this.free.pop() ?? this.added();
      try {
        return await work(thread);
      } finally {
        if (!thread.isOver) this.free.push(thread);
      }
    }, signal);
  }

  /** Ends what is being done and what waits. Resolves when no thread has a file open. */
  async stop(): Promise<void> {
    clearTimeout(this.idle);
    this.turns.stop();
    await endedOrLate(Promise.all(Array.from(this.threads, (thread) => thread.end())));
  }

  private added(): Thread<Order, Done> {
    const thread = this.start();
    this.threads.add(thread);
    void thread.ended.then(() => {
      this.threads.delete(thread);
      this.free = this.free.filter((one) => one !== thread);
    });
    return thread;
  }
}
