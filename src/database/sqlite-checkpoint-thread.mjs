// The thread that moves a long write-ahead log into the database while the service goes on writing.
import { fdatasyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { LOCK_TIMEOUT_MS } from './sqlite-read.mjs';
import { stepBack } from './step-back.mjs';

/** @typedef {{ readonly file: string, readonly descriptor: number }} Order the descriptor is one of the file */
/**
 * What SQLite says of a log: the pages in it, and how many of them are in the database as well; -1 without a log.
 *
 * @typedef {{ readonly log: number, readonly checkpointed: number }} LogState
 */
/** @typedef {'last round' | 'somebody reads'} Message what the writers should wait for, or why nothing could be moved */

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

stepBack();
const { file, descriptor } = /** @type {Order} */ (workerData);
const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });

/**
 * @param {'NOOP' | 'PASSIVE'} mode
 * @returns {LogState}
 */
function checkpoint(mode) {
  const [state] = /** @type {[LogState]} */ (handle.pragma(`wal_checkpoint(${mode})`));
  return state;
}

function moveAll() {
  let before = checkpoint('NOOP');
  let stuck = 0;
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    checkpoint('PASSIVE');
    // With what was written meanwhile.
    const now = checkpoint('NOOP');
    const left = now.log - now.checkpointed;
    if (left === 0) return;
    // A log that was begun anew is short.
    const isStuck = now.checkpointed === before.checkpointed && now.log >= before.log;
    stuck = isStuck ? stuck + 1 : 0;
    if (stuck === MOST_STUCK) {
      say('somebody reads');
      return;
    }
    if (isStuck) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STUCK_MS);
    // SQLite syncs the database only in a round that moves everything; the last one is not to wait for all of them.
    fdatasyncSync(descriptor);
    if (left < FEW_PAGES || round >= ROUNDS_BESIDE_WRITERS) say('last round');
    before = now;
  }
}

try {
  moveAll();
} finally {
  handle.close();
}
