import type { DataSource } from 'typeorm';
import type { Bounds, Query, Taken } from '../../query.js';
import { logIfSlow } from '../../queries/slow-queries.js';
import type { ThreadProgram, ThreadRunner } from '../../thread-program.js';
import { Turns } from '../../turns.js';
import { Reader, type Done } from './reader.js';
import type { ProgramOrder, ReadOrder } from './reader-thread.js';
import { endedOrLate } from './start-worker.js';

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

/**
 * Threads for reads that may take long, and for programs that compute on what they read. They start when they are needed
 * and end when they were idle for a while; they see committed rows only. A read whose thread dies fails, and the next has a
 * new thread.
 */
export class ReaderPool implements ThreadRunner {
  /** How many threads there may be. */
  readonly size: number;
  private readonly options: typeof FOR_READS;
  private readonly turns: Turns;
  private readonly readers = new Set<Reader>();
  private free: Reader[] = [];
  private idle: NodeJS.Timeout | undefined;

  /** @param watch hears of each query, and of each that took long. */
  constructor(
    private readonly file: string,
    private readonly watch: DataSource,
    options: ReaderPoolOptions = {},
  ) {
    this.options = { ...FOR_READS, ...options, size: options.size ?? FOR_READS.size };
    this.size = this.options.size;
    this.turns = new Turns(this.size, () => {
      this.idle = setTimeout(() => {
        for (const reader of this.free.splice(0)) void reader.end();
      }, this.options.idleMs).unref();
    });
  }

  /** How many may wait. */
  get capacity(): number {
    return this.turns.capacity;
  }

  /** How many wait for a thread. */
  get depth(): number {
    return this.turns.depth;
  }

  /** How many have a thread. */
  get running(): number {
    return this.turns.running;
  }

  /**
   * Runs queries one after the other in a thread.
   * @param bounds of each of them.
   * @param signal drops the read where it still waits.
   * @returns what each of them gave.
   * @throws ProblemError `read_queue_full`, `database_unavailable`; the reason of the signal; or the error of SQLite.
   */
  read<Row>(queries: readonly Query[], bounds: Bounds = {}, signal?: AbortSignal): Promise<Taken<Row>[]> {
    return this.turns.take(async () => {
      for (const { text, values } of queries) this.watch.logger.logQuery(text, [...values]);
      const done = await this.ask({ queries, bounds });
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
    return this.turns.take(async () => {
      const done = await this.ask({ program: url.href, input });
      // The type of the output belongs to the program.
      return ('output' in done ? done.output : undefined) as Output;
    }, signal);
  }

  /** Ends what is being read and what waits. Resolves when no thread has the file open. */
  async stop(): Promise<void> {
    clearTimeout(this.idle);
    this.turns.stop();
    await endedOrLate(Promise.all(Array.from(this.readers, (reader) => reader.end())));
  }

  private async ask(order: ReadOrder | ProgramOrder): Promise<Done> {
    clearTimeout(this.idle);
    const reader = this.free.pop() ?? this.startReader();
    try {
      return await reader.ask(order);
    } finally {
      if (!reader.isOver) this.free.push(reader);
    }
  }

  private startReader(): Reader {
    const { cacheKib, isBackground } = this.options;
    const reader = new Reader({ file: this.file, cacheKib, isBackground });
    this.readers.add(reader);
    void reader.ended.then(() => {
      this.readers.delete(reader);
      this.free = this.free.filter((one) => one !== reader);
    });
    return reader;
  }
}
