import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE_MS } from '../../src/operations/health/health.service.js';

/** Requests the health after the cached answer has expired. */
export async function askUncached<Answer>(ask: () => PromiseLike<Answer>): Promise<Answer> {
  await sleep(CACHE_MS + 100);
  return ask();
}
