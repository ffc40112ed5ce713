import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const PATIENCE_MS = 5000;

/**
 * Where the programs of the workers lie: beside this file. Node cannot run a source, so where this is one, as in the
 * tests, they are those of the build.
 */
const PROGRAMS = import.meta.url.endsWith('.ts')
  ? new URL('../../../../dist/src/database/sqlite/workers/', import.meta.url)
  : new URL('./', import.meta.url);

export function startWorker(program: 'checkpoint' | 'maintenance' | 'reader', order: unknown): Worker {
  return new Worker(new URL(`${program}-thread.js`, PROGRAMS), { name: program, workerData: order });
}

/**
 * Waits for threads to end, but not for ever: one that is inside SQLite ends when SQLite returns, which may take long;
 * it only reads.
 */
export async function endedOrLate(ended: Promise<unknown>): Promise<void> {
  await Promise.race([ended, sleep(PATIENCE_MS, undefined, { ref: false })]);
}
