import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE_MS } from '../../src/operations/health/health.service.js';

/** Asks for the health once no earlier answer serves any more. */
export async function askAnew<Answer>(ask: () => PromiseLike<Answer>): Promise<Answer> {
  await sleep(CACHE_MS + 100);
  return ask();
}
