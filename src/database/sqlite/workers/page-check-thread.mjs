// The thread that looks through a file that is being served: it reads every page, which would hold up the event loop.
// One table after the other, so that it can be ended in between. It says what is damaged, or that nothing is.
import { parentPort, workerData } from 'node:worker_threads';
import { DAMAGE_CODE, damageIn, openToRead } from '../connection/read-only.mjs';
import { stepBack } from './thread-priority.mjs';

/** @returns {string | undefined} */
function look() {
  const handle = openToRead(/** @type {string} */ (workerData));
  const tables = /** @type {string[]} */ (
    handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
  );
  for (const table of tables) {
    const wrong = damageIn(handle, table);
    if (wrong !== undefined) return wrong;
  }
  handle.close();
  return undefined;
}

stepBack();
try {
  parentPort?.postMessage(look());
} catch (error) {
  const { message, code = '' } = /** @type {Error & { code?: string }} */ (error);
  // A lock, or a disk that does not answer, says nothing of the content.
  parentPort?.postMessage(DAMAGE_CODE.test(code) ? message : undefined);
}
