// The thread that moves a long write-ahead log into the database while the service goes on writing.
import { fdatasyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { LOCK_TIMEOUT_MS } from '../connection/read-only.mjs';
import { stepBack } from './thread-priority.mjs';

/** @typedef {{ readonly file: string, readonly descriptor: number }} Order the descriptor is one of the file */
/**
 * What SQLite says of a log: the pages in it, and how many of them are in the database as well; -1 without a log.
 *
 * @typedef {{ readonly log: number, readonly checkpointed: number }} LogState
 */
/** @typedef {'last round' | 'later'} Message the writers should wait for its end; or nothing can be moved now */

/** So little that writers may wait for it. */
const FEW_PAGES = 1000;
/** Where more is written than is moved, the writers wait after so many rounds. */
const ROUNDS_BESIDE_WRITERS = 4;
const MOST_ROUNDS = 10;
/** A reader that is there once may be a short one. */
const MOST_STUCK = 3;
const STUCK_MS = 30;

/** @type {(message: Message) => void} */
const say = (message) => parentPort?.postMessage(message);

const { file, descriptor } = /** @type {Order} */ (workerData);
/**
 * @param {Sqlite.Database} handle
 * @param {'NOOP' | 'PASSIVE'} mode
 * @returns {LogState}
 */
function checkpoint(handle, mode) {
  const [state] = /** @type {[LogState]} */ (handle.pragma(`wal_checkpoint(${mode})`));
  return state;
}

/** @param {Sqlite.Database} handle */
function moveAll(handle) {
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
      say('later');
      return;
    }
    if (isStuck) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STUCK_MS);
    // SQLite syncs the database only in a round that moves everything; the last one is not to wait for all of them.
    fdatasyncSync(descriptor);
    if (left < FEW_PAGES || round >= ROUNDS_BESIDE_WRITERS) say('last round');
    before = now;
  }
}

stepBack();
try {
  const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  try {
    moveAll(handle);
  } finally {
    handle.close();
  }
} catch {
  // A full disk, or one that does not answer, may be so for a while only: the log keeps everything.
  say('later');
}
