import type { DataSource } from 'typeorm';
import type { Bounds, Query, Taken } from '../../query.js';
import { logIfSlow } from '../../queries/slow-queries.js';
import type { ThreadProgram, ThreadRunner } from '../../thread-program.js';
import { programUrl } from '../../program-url.js';
import { Thread } from '../../threads/thread.js';
import { ThreadPool } from '../../threads/thread-pool.js';
import type { ProgramOrder, ReaderInput, ReadOrder, ReadResults, ProgramOutput } from './reader-thread.js';

export interface ReaderPoolOptions {
  /** How many threads there may be. */
  readonly size?: number | undefined;
  /** Idle threads end after this time. */
  readonly idleMs?: number;
  /** Memory of each thread for pages of the file, in KiB. */
  readonly cacheKib?: number;
  /** Whether the event loop of the service comes before them where processors are few. */
  readonly isBackground?: boolean;
}

const PROGRAM = programUrl(import.meta.url, './reader-thread.js');

/** A quarter of the cache that is usual: what is read once is in memory by the system as well. */
const FOR_READS = { size: 1, idleMs: 30_000, cacheKib: 4000, isBackground: false };
/**
 * A thread keeps what its programs have learned, which read the same pages of an index again and again. They compute for long,
 * and the event loop would wait for a processor beside them.
 */
export const FOR_PROGRAMS: ReaderPoolOptions = {
  size: 1,
  idleMs: 600_000,
  cacheKib: 32_000,
  isBackground: true,
};

/** Threads for reads that may take long, and for programs that compute on what they read. They see committed rows only. */
export class ReaderPool implements ThreadRunner {
  /** How many threads there may be. */
  readonly size: number;
  private readonly pool: ThreadPool<ReadOrder | ProgramOrder, ReadResults | ProgramOutput>;

  /** @param watch hears of each query, and of each that took long. */
  constructor(
    file: string,
    private readonly watch: DataSource,
    options: ReaderPoolOptions = {},
  ) {
    const { cacheKib, isBackground, ...rest } = { ...FOR_READS, ...options };
    this.size = options.size ?? FOR_READS.size;
    const workerData: ReaderInput = { file, cacheKib, isBackground };
    const start = () =>
      new Thread<ReadOrder | ProgramOrder, ReadResults | ProgramOutput>(PROGRAM, {
        name: 'reader',
        workerData,
      });
    this.pool = new ThreadPool(start, { ...rest, size: this.size });
  }

  /** How many may wait. */
  get capacity(): number {
    return this.pool.turns.capacity;
  }

  /** How many wait for a thread. */
  get depth(): number {
    return this.pool.turns.depth;
  }

  /** How many have a thread. */
  get running(): number {
    return this.pool.turns.running;
  }

  /**
   * Runs queries one after the other in a thread.
   * @param bounds of each of them.
   * @param signal drops the read where it still waits.
   * @returns what each of them gave.
   * @throws ProblemError `read_queue_full`, `database_unavailable`; the reason of the signal; or the error of SQLite.
   */
  read<Row>(queries: readonly Query[], bounds: Bounds = {}, signal?: AbortSignal): Promise<Taken<Row>[]> {
    return this.pool.use(async (thread) => {
      for (const { text, values } of queries) this.watch.logger.logQuery(text, [...values]);
      const done = await thread.ask({ queries, bounds });
      const results = 'results' in done ? done.results : [];
      for (const [index, query] of queries.entries()) logIfSlow(this.watch, query, results[index]?.ms ?? 0);
      return results.map(({ taken }) => taken as Taken<Row>);
    }, signal);
  }

  /** Runs a program in a thread, on one snapshot of the committed rows. */
  run<Input, Output>(
    { url }: ThreadProgram<Input, Output>,
    input: Input,
    signal?: AbortSignal,
  ): Promise<Output> {
    return this.pool.use(async (thread) => {
      const done = await thread.ask({ program: url.href, input });
      // The type of the output belongs to the program.
      return ('output' in done ? done.output : undefined) as Output;
    }, signal);
  }

  /** Ends what is being read and what waits. Resolves when no thread has the file open. */
  stop(): Promise<void> {
    return this.pool.stop();
  }
}
