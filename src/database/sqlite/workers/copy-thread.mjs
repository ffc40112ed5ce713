// The thread of a backup: copying, checking and compressing keep a processor busy and wait for the disk, and none of
// it may hold up the event loop that serves. It ends with one message: what was copied, or why not.
import { parentPort, workerData } from 'node:worker_threads';
import { compress, copySnapshot, standAlone, verifyCopy } from '../backup/copy.mjs';
import { stepBack } from './thread-priority.mjs';

/**
 * `copy` is an empty file.
 *
 * @typedef {{ source: string, copy: string, packed: string | undefined }} Order
 */
/** @typedef {'copy' | 'verify' | 'compress'} Step */
/**
 * @typedef {{ kind: 'progress', step: Step, done: number, total: number }
 *   | { kind: 'done', rows: import('../backup/copy.mjs').RowCounts }
 *   | { kind: 'failed', message: string, code: string | undefined }} Message
 */

/** @type {(message: Message) => void} */
const say = (message) => parentPort?.postMessage(message);

/** @type {(step: Step) => import('../backup/copy.mjs').Report} */
const progressOf = (step) => (done, total) => {
  say({ kind: 'progress', step, done, total });
};

stepBack();
try {
  const { source, copy, packed } = /** @type {Order} */ (workerData);
  const rows = await copySnapshot(source, copy, progressOf('copy'));
  standAlone(copy);
  progressOf('verify')(0, 1);
  verifyCopy(copy, rows);
  if (packed !== undefined) await compress(copy, packed, progressOf('compress'));
  say({ kind: 'done', rows });
} catch (error) {
  const { message, code } = /** @type {Error & { code?: string }} */ (error);
  say({ kind: 'failed', message, code });
}
