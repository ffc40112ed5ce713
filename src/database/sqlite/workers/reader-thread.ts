// A reader thread: it has a read-only connection, which neither writes nor checkpoints, and reads for one caller after
// the other what may take long, so that it does not hold up the event loop that serves. It also runs programs, which
// compute on what they read.
import { parentPort, workerData } from 'node:worker_threads';
import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Bounds, Query, Taken } from '../../query.js';
import { takeRows } from '../../queries/take-slice.js';
import { AFTER_READING, type RunProgram, type ThreadReader } from '../../thread-program.js';
import { openReadOnly } from '../connection/read-only.js';
import { SQLITE_DIALECT } from '../queries/dialect.js';
import { iterateRows, readAllRows } from '../queries/rows.js';
import type { ThreadFailure } from '../../threads/thread.js';
import { lowerThreadPriority } from './thread-priority.js';

export interface ReadOrder {
  readonly queries: readonly Query[];
  /** For each of them. */
  readonly bounds: Bounds;
}

export interface ProgramOrder {
  /** The address of the module. */
  readonly program: string;
  readonly input: unknown;
}

export interface ReaderInput {
  readonly file: string;
  /** Memory for pages of the file, in KiB. */
  readonly cacheKib: number;
  /** Whether the event loop of the service comes before it where processors are few. */
  readonly isBackground: boolean;
}

/** What a query gave, and how long it took. */
export interface ReadResult {
  readonly taken: Taken<unknown>;
  readonly ms: number;
}

/** Of all queries. */
export interface ReadResults {
  readonly results: readonly ReadResult[];
}

/** Of a program. */
export interface ProgramOutput {
  readonly output: unknown;
}

let handle: SqliteHandle | undefined;

async function answer(order: ReadOrder | ProgramOrder): Promise<ReadResults | ProgramOutput | ThreadFailure> {
  try {
    const open = (handle ??= connect(workerData as ReaderInput));
    if ('program' in order) return { output: await runProgram(open, order) };
    return { results: order.queries.map((query) => readOne(open, query, order.bounds)) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { message, code };
  }
}

function connect({ file, cacheKib }: ReaderInput): SqliteHandle {
  const opened = openReadOnly(file, true);
  opened.pragma('temp_store = MEMORY');
  opened.pragma(`cache_size = -${cacheKib}`);
  return opened;
}

function readOne(open: SqliteHandle, query: Query, bounds: Bounds): ReadResult {
  const begun = performance.now();
  const taken = takeRows<unknown>(iterateRows(open, query), bounds);
  return { taken, ms: performance.now() - begun };
}

/** One transaction, so that all queries of a program read the same snapshot. */
async function runProgram(open: SqliteHandle, { program, input }: ProgramOrder): Promise<unknown> {
  const { run } = (await import(program)) as { run: RunProgram<unknown, unknown> };
  let isReading = true;
  const reader: ThreadReader = {
    dialect: SQLITE_DIALECT,
    read: <Row>(query: Query, bounds?: Bounds) => {
      if (!isReading) throw new Error(AFTER_READING);
      return Promise.resolve(
        bounds
          ? takeRows<Row>(iterateRows(open, query), bounds)
          : { rows: readAllRows<Row>(open, query), isCut: false, bytes: 0 },
      );
    },
    endReading: () => {
      isReading = false;
      // SQLite ends a transaction by itself where it cannot read the file.
      if (open.inTransaction) open.exec('COMMIT');
    },
  };
  open.exec('BEGIN');
  try {
    return await run(reader, input);
  } finally {
    reader.endReading();
  }
}

if ((workerData as ReaderInput).isBackground) lowerThreadPriority();

// The next order comes only after the reply.
parentPort?.on('message', (order: ReadOrder | ProgramOrder) => {
  void answer(order).then((reply) => {
    parentPort?.postMessage(reply);
  });
});
