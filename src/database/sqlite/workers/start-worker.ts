import { Worker } from 'node:worker_threads';

/**
 * Where the programs of the workers lie: beside this file. Node cannot run a source, so where this is one, as in the
 * tests, they are those of the build.
 */
const PROGRAMS = import.meta.url.endsWith('.ts')
  ? new URL('../../../../dist/src/database/sqlite/workers/', import.meta.url)
  : new URL('./', import.meta.url);

export function startWorker(program: 'checkpoint' | 'maintenance', order: unknown): Worker {
  return new Worker(new URL(`${program}-thread.js`, PROGRAMS), { name: program, workerData: order });
}
