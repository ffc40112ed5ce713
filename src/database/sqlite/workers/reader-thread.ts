// A reader thread: it has a read-only connection, which neither writes nor checkpoints, and reads for one caller after
// the other what may take long, so that it does not hold up the event loop that serves.
import { parentPort, workerData } from 'node:worker_threads';
import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Bounds, Query, Taken } from '../../query.js';
import { takeRows } from '../../queries/take-slice.js';
import { openReadOnly } from '../connection/read-only.js';
import { iterateRows } from '../queries/rows.js';

export interface ReadOrder {
  readonly queries: readonly Query[];
  /** For each of them. */
  readonly bounds: Bounds;
}

/** What a query gave, and how long it took. */
export interface ReadResult {
  readonly taken: Taken<unknown>;
  readonly ms: number;
}

/** The results of all queries, or why one of them failed. */
export type ReadReply =
  | { readonly results: readonly ReadResult[] }
  | { readonly message: string; readonly code: string | undefined };

let handle: SqliteHandle | undefined;

function read({ queries, bounds }: ReadOrder): ReadReply {
  try {
    const open = (handle ??= connect(workerData as string));
    return { results: queries.map((query) => readOne(open, query, bounds)) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    return { message, code };
  }
}

function connect(file: string): SqliteHandle {
  const opened = openReadOnly(file, true);
  opened.pragma('temp_store = MEMORY');
  // In KiB, a quarter of what is usual: what it reads once is in memory by the system as well.
  opened.pragma('cache_size = -4000');
  return opened;
}

function readOne(open: SqliteHandle, query: Query, bounds: Bounds): ReadResult {
  const begun = performance.now();
  const taken = takeRows<unknown>(iterateRows(open, query), bounds);
  return { taken, ms: performance.now() - begun };
}

parentPort?.on('message', (order: ReadOrder) => {
  parentPort?.postMessage(read(order));
});
