import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const END_TIMEOUT_MS = 5000;

/**
 * The folder of the worker programs: that of this file. Node cannot run TypeScript, so where this file is a source, as
 * under Jest, the programs of the build are used.
 */
const PROGRAMS = import.meta.url.endsWith('.ts')
  ? new URL('../../../../dist/src/database/sqlite/workers/', import.meta.url)
  : new URL('./', import.meta.url);

export function startWorker(program: 'checkpoint' | 'maintenance' | 'reader', order: unknown): Worker {
  return new Worker(new URL(`${program}-thread.js`, PROGRAMS), { name: program, workerData: order });
}

/**
 * Waits for threads to end, up to a timeout: a thread inside SQLite ends only when SQLite returns, which may take long.
 * It only reads, so nothing is lost.
 */
export async function endedOrLate(ended: Promise<unknown>): Promise<void> {
  await Promise.race([ended, sleep(END_TIMEOUT_MS, undefined, { ref: false })]);
}
