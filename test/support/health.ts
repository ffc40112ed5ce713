import { setTimeout as sleep } from 'node:timers/promises';
import { ANSWER_SERVES_MS } from '../../src/operations/health/health.service.js';

/** Asks for the health once no earlier answer serves any more. */
export async function askAnew<Answer>(ask: () => PromiseLike<Answer>): Promise<Answer> {
  await sleep(ANSWER_SERVES_MS + 100);
  return ask();
}
