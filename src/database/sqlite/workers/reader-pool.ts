import type { DataSource } from 'typeorm';
import { ProblemError } from '../../../problems/problem.error.js';
import type { Bounds, Query, Taken } from '../../query.js';
import { databaseUnavailable } from '../../database-problems.js';
import { logIfSlow } from '../../queries/slow-queries.js';
import { Reader } from './reader.js';
import { endedOrLate } from './start-worker.js';

/** The most reads that wait for a thread; further reads are refused. */
const MAX_WAITING_READS = 64;
/** Idle threads end after this time: each holds some megabytes. */
const IDLE_TIMEOUT_MS = 30_000;

interface Turn {
  readonly begin: () => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Threads for reads that may take long. They start when they are needed and end when they were idle for a while; they
 * see committed rows only. A read whose thread dies fails, and the next has a new thread.
 */
export class ReaderPool {
  /** How many may wait. */
  readonly capacity = MAX_WAITING_READS;
  /** How many reads have a thread. */
  running = 0;
  private readonly waiting = new Set<Turn>();
  private readonly readers = new Set<Reader>();
  private free: Reader[] = [];
  private idle: NodeJS.Timeout | undefined;
  private isStopped = false;

  /** @param watch hears of each query, and of each that took long. */
  constructor(
    private readonly file: string,
    private readonly watch: DataSource,
    /** How many threads there may be. */
    readonly size = 1,
  ) {}

  /** How many reads wait for a thread. */
  get depth(): number {
    return this.waiting.size;
  }

  /**
   * Runs queries one after the other in a thread.
   * @param bounds of each of them.
   * @param signal drops the read where it still waits.
   * @returns what each of them gave.
   * @throws ProblemError `read_queue_full`, `database_unavailable`; the reason of the signal; or the error of SQLite.
   */
  async read<Row>(
    queries: readonly Query[],
    bounds: Bounds = {},
    signal?: AbortSignal,
  ): Promise<Taken<Row>[]> {
    await this.takeTurn(signal);
    try {
      if (this.isStopped) throw stopped();
      for (const { text, values } of queries) this.watch.logger.logQuery(text, [...values]);
      const results = await this.readWith(this.free.pop() ?? this.startReader(), queries, bounds);
      for (const [index, query] of queries.entries()) logIfSlow(this.watch, query, results[index]?.ms ?? 0);
      return results.map(({ taken }) => taken as Taken<Row>);
    } finally {
      this.passTurn();
    }
  }

  /** Ends what is being read and what waits. Resolves when no thread has the file open. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.idle);
    for (const { refuse } of this.waiting) refuse(stopped());
    this.waiting.clear();
    await endedOrLate(Promise.all(Array.from(this.readers, (reader) => reader.end())));
  }

  private async readWith(
    reader: Reader,
    queries: readonly Query[],
    bounds: Bounds,
  ): ReturnType<Reader['read']> {
    try {
      return await reader.read({ queries, bounds });
    } finally {
      if (!reader.isOver) this.free.push(reader);
    }
  }

  private startReader(): Reader {
    const reader = new Reader(this.file);
    this.readers.add(reader);
    void reader.ended.then(() => {
      this.readers.delete(reader);
      this.free = this.free.filter((one) => one !== reader);
    });
    return reader;
  }

  private async takeTurn(signal: AbortSignal | undefined): Promise<void> {
    if (this.isStopped) throw stopped();
    signal?.throwIfAborted();
    clearTimeout(this.idle);
    if (this.running < this.size) {
      this.running++;
      return;
    }
    if (this.waiting.size >= this.capacity) {
      const detail = `${this.capacity} reads that may take long are waiting already.`;
      throw new ProblemError('read_queue_full', detail, { retryAfterSeconds: 1 });
    }
    await this.waitForTurn(signal);
  }

  private waitForTurn(signal: AbortSignal | undefined): Promise<void> {
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

  /** The next that waits reads in the place of one that is done. */
  private passTurn(): void {
    const [next] = this.waiting;
    if (next) {
      this.waiting.delete(next);
      next.begin();
      return;
    }
    this.running--;
    if (this.running === 0 && !this.isStopped) {
      this.idle = setTimeout(() => {
        for (const reader of this.free.splice(0)) void reader.end();
      }, IDLE_TIMEOUT_MS).unref();
    }
  }
}

function stopped(): Error {
  return databaseUnavailable('The service is shutting down.');
}
