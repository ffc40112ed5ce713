import { setTimeout as sleep } from 'node:timers/promises';

const END_TIMEOUT_MS = 5000;

/**
 * Waits for threads to end, up to a timeout: a thread inside SQLite ends only when SQLite returns, which may take long.
 * It only reads, so nothing is lost.
 */
export async function endedOrLate(ended: Promise<unknown>): Promise<void> {
  await Promise.race([ended, sleep(END_TIMEOUT_MS, undefined, { ref: false })]);
}
