// The thread that moves a long write-ahead log into the database while the service goes on writing.
import { workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { LOCK_TIMEOUT_MS } from './sqlite-read.mjs';
import { stepBack } from './step-back.mjs';

/** The service goes on writing during each. */
const MOST_ROUNDS = 4;
/** What is left to the service itself. */
const FEW_PAGES = 500;

stepBack();
const file = /** @type {string} */ (workerData);
const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
try {
  let before = Infinity;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const [{ log, checkpointed }] = /** @type {[{ log: number, checkpointed: number }]} */ (
      handle.pragma('wal_checkpoint(PASSIVE)')
    );
    const left = log - checkpointed;
    if (left < FEW_PAGES || left >= before) break;
    before = left;
  }
} finally {
  handle.close();
}
