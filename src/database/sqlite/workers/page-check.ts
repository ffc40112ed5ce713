import { setTimeout as sleep } from 'node:timers/promises';
import type { Maintenance } from './maintenance.js';

/** Leaves the start to those who wait for the first answer. */
const DELAY_MS = 10_000;

/**
 * Looks through a file that is being served. Never throws: where it does not come to an end, the next start looks.
 *
 * @param tell gets what is damaged, if anything is.
 */
export async function checkPages(
  file: string,
  maintenance: Maintenance,
  tell: (found: string) => void,
  delayMs = DELAY_MS,
): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal: maintenance.stopped, ref: false });
    const found = await maintenance.run('check', file, { ref: false });
    if (found !== undefined) tell(found);
  } catch {
    // It was stopped, or there is no thread to be had.
  }
}
