import { Worker } from 'node:worker_threads';
import { programUrl } from '../../program-url.js';

export function startWorker(program: 'checkpoint' | 'maintenance', order: unknown): Worker {
  return new Worker(programUrl(import.meta.url, `./${program}-thread.js`), {
    name: program,
    workerData: order,
  });
}
