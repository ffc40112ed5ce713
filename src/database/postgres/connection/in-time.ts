import { setTimeout as sleep } from 'node:timers/promises';

const MAX_WAIT_MS = 3000;

/** Waits for what a server that does not answer would keep for ever; only for so long. */
export async function inTime(work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(MAX_WAIT_MS, undefined, { ref: false })]);
}
