import { setTimeout as sleep } from 'node:timers/promises';
import type { Maintenance } from './maintenance.js';

/** Keeps the check out of the start, which has to serve the first requests. */
const START_DELAY_MS = 10_000;

/**
 * Checks a file that is being served, in the background. Never throws: the next start repeats an unfinished check.
 *
 * @param onDamage called with the damage, if any.
 */
export async function checkPages(
  file: string,
  maintenance: Maintenance,
  onDamage: (found: string) => void,
  delayMs = START_DELAY_MS,
): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal: maintenance.stopped, ref: false });
    const found = await maintenance.run('check', file, { ref: false });
    if (found !== undefined) onDamage(found);
  } catch {
    // The check was aborted, or no thread could be started.
  }
}
