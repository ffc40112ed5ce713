// The worker thread that checkpoints a long write-ahead log while the service goes on writing.
import { fdatasyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { LOCK_TIMEOUT_MS } from '../connection/read-only.js';
import { lowerThreadPriority } from './thread-priority.js';

export interface CheckpointInput {
  readonly file: string;
  /** An open descriptor of the file. */
  readonly descriptor: number;
}

/** The result of `wal_checkpoint`: the pages in the log, and how many of them are checkpointed; -1 without a log. */
export interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

/** `last round`: the writers should wait for the end. `later`: a reader blocks the checkpoint. */
export type CheckpointMessage = 'last round' | 'later';

/** At this size or below, the writers wait for the rest. */
const LAST_ROUND_PAGES = 1000;
/** After so many rounds the writers wait, because they write faster than the thread moves pages. */
const MAX_CONCURRENT_ROUNDS = 4;
const MAX_ROUNDS = 10;
/** Rounds without progress before the thread gives up: a blocking reader may be a short one. */
const MAX_STUCK_ROUNDS = 3;
const STUCK_DELAY_MS = 30;

function post(message: CheckpointMessage): void {
  parentPort?.postMessage(message);
}

function checkpoint(handle: SqliteHandle, mode: 'NOOP' | 'PASSIVE'): LogState {
  const [state] = handle.pragma(`wal_checkpoint(${mode})`) as [LogState];
  return state;
}

function checkpointAll(handle: SqliteHandle, descriptor: number): void {
  let before = checkpoint(handle, 'NOOP');
  let stuck = 0;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    checkpoint(handle, 'PASSIVE');
    // Includes what was written meanwhile.
    const now = checkpoint(handle, 'NOOP');
    const left = now.log - now.checkpointed;
    if (left === 0) return;
    // A restarted log is shorter than before.
    const isStuck = now.checkpointed === before.checkpointed && now.log >= before.log;
    stuck = isStuck ? stuck + 1 : 0;
    if (stuck === MAX_STUCK_ROUNDS) {
      post('later');
      return;
    }
    if (isStuck) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STUCK_DELAY_MS);
    // SQLite syncs the database only after a complete checkpoint; syncing each round keeps the last one short.
    fdatasyncSync(descriptor);
    if (left < LAST_ROUND_PAGES || round >= MAX_CONCURRENT_ROUNDS) post('last round');
    before = now;
  }
}

lowerThreadPriority();
try {
  const { file, descriptor } = workerData as CheckpointInput;
  const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  try {
    checkpointAll(handle, descriptor);
  } finally {
    handle.close();
  }
} catch {
  // The disk is full or does not respond, perhaps for a while only: the log keeps everything.
  post('later');
}
