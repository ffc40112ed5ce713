import { setTimeout as sleep } from 'node:timers/promises';
import type { Target } from '../types.js';

const WITHIN_MS = 1_800_000;
const LOOK_EVERY_MS = 200;
/** Looks take up to this share of the time: each reads what is not indexed from the tables. */
const SHARE_OF_LOOKS = 0.02;

/**
 * Waits until the search index has taken in all rows but the newest few. What is asked for is in no row, so that
 * asking costs little.
 */
export async function untilIndexed({ url, headers }: Target): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const begun = performance.now();
    const response = await fetch(`${url}/api/memory/search?q=zzzzqqqq&limit=1`, { headers });
    const answer = (await response.json()) as { indexedUpTo?: unknown };
    if (!response.ok || !answer.indexedUpTo) return;
    if (performance.now() > deadline) throw new Error('the index does not follow the tables');
    await sleep(Math.max(LOOK_EVERY_MS, (performance.now() - begun) / SHARE_OF_LOOKS));
  }
}
