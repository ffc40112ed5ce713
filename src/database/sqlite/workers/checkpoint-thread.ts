// The thread that moves a long write-ahead log into the database while the service goes on writing.
import { fdatasyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { LOCK_TIMEOUT_MS } from '../connection/read-only.js';
import { lowerThreadPriority } from './thread-priority.js';

export interface CheckpointOrder {
  readonly file: string;
  /** Of the file, open. */
  readonly descriptor: number;
}

/** What SQLite says of a log: the pages in it, and how many of them are in the database as well; -1 without a log. */
export interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

/** The writers should wait for its end; or nothing can be moved now. */
export type CheckpointMessage = 'last round' | 'later';

/** So little that writers may wait for it. */
const FEW_PAGES = 1000;
/** Where more is written than is moved, the writers wait after so many rounds. */
const ROUNDS_BESIDE_WRITERS = 4;
const MOST_ROUNDS = 10;
/** A reader that is there once may be a short one. */
const MOST_STUCK = 3;
const STUCK_MS = 30;

function post(message: CheckpointMessage): void {
  parentPort?.postMessage(message);
}

function checkpoint(handle: SqliteHandle, mode: 'NOOP' | 'PASSIVE'): LogState {
  const [state] = handle.pragma(`wal_checkpoint(${mode})`) as [LogState];
  return state;
}

function moveAll(handle: SqliteHandle, descriptor: number): void {
  let before = checkpoint(handle, 'NOOP');
  let stuck = 0;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    checkpoint(handle, 'PASSIVE');
    // With what was written meanwhile.
    const now = checkpoint(handle, 'NOOP');
    const left = now.log - now.checkpointed;
    if (left === 0) return;
    // A log that was begun anew is short.
    const isStuck = now.checkpointed === before.checkpointed && now.log >= before.log;
    stuck = isStuck ? stuck + 1 : 0;
    if (stuck === MOST_STUCK) {
      post('later');
      return;
    }
    if (isStuck) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STUCK_MS);
    // SQLite syncs the database only in a round that moves everything; the last one is not to wait for all of them.
    fdatasyncSync(descriptor);
    if (left < FEW_PAGES || round >= ROUNDS_BESIDE_WRITERS) post('last round');
    before = now;
  }
}

lowerThreadPriority();
try {
  const { file, descriptor } = workerData as CheckpointOrder;
  const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  try {
    moveAll(handle, descriptor);
  } finally {
    handle.close();
  }
} catch {
  // A full disk, or one that does not answer, may be so for a while only: the log keeps everything.
  post('later');
}
