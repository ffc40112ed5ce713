// The worker thread that checkpoints the write-ahead log, a long one while the service goes on writing.
import { fdatasyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { isInputOutputError } from '../connection/errors.js';
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

/** `once`: what is in the log now, as far as readers allow. `all`: also what is written meanwhile. `end`: close the file. */
export type CheckpointOrder = 'once' | 'all' | 'end';

/**
 * `last round`: the writers should wait for the end. `done`, `later`, `failed`: the end; a reader blocks the checkpoint, or the disk
 * does, or a sync has failed.
 */
export type CheckpointMessage = 'last round' | 'done' | 'later' | 'failed';

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

function checkpointAll(handle: SqliteHandle, descriptor: number): CheckpointMessage {
  let before = checkpoint(handle, 'NOOP');
  let stuck = 0;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    checkpoint(handle, 'PASSIVE');
    // Includes what was written meanwhile.
    const now = checkpoint(handle, 'NOOP');
    const left = now.log - now.checkpointed;
    if (left === 0) return 'done';
    // A restarted log is shorter than before.
    const isStuck = now.checkpointed === before.checkpointed && now.log >= before.log;
    stuck = isStuck ? stuck + 1 : 0;
    if (stuck === MAX_STUCK_ROUNDS) return 'later';
    if (isStuck) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STUCK_DELAY_MS);
    // SQLite syncs the database only after a complete checkpoint; syncing each round keeps the last one short.
    fdatasyncSync(descriptor);
    if (left < LAST_ROUND_PAGES || round >= MAX_CONCURRENT_ROUNDS) post('last round');
    before = now;
  }
  return 'done';
}

lowerThreadPriority();
const { file, descriptor } = workerData as CheckpointInput;
let handle: SqliteHandle | undefined;

function run(order: Exclude<CheckpointOrder, 'end'>): CheckpointMessage {
  try {
    handle ??= new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
    if (order === 'all') return checkpointAll(handle, descriptor);
    checkpoint(handle, 'PASSIVE');
    return 'done';
  } catch (error) {
    // The disk is full or does not respond, perhaps for a while only: the log keeps everything.
    return isInputOutputError(error) ? 'failed' : 'later';
  }
}

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order !== 'end') {
    post(run(order));
    return;
  }
  handle?.close();
  parentPort?.close();
});
