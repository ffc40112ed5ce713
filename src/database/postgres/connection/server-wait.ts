import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { describeError } from '../../../problems/described-error.js';
import { isConnectionLost, sqlStateOf } from './errors.js';

/** How long a start waits for a server that cannot be reached: both may have been started by the same power. */
const MAX_WAIT_MS = 60_000;
const RETRY_DELAY_MS = 1000;
const TOO_MANY_CONNECTIONS = '53300';

/** Whether the server is not there, or takes nobody in, which may pass. */
export function isAbsent(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return isConnectionLost(cause) || sqlStateOf(cause) === TOO_MANY_CONNECTIONS;
}

/** Does work as soon as the server is there. @throws the error of the work, where it is absent for too long. */
export async function reached<T>(
  work: () => Promise<T>,
  log: LoggerService,
  { maxWaitMs = MAX_WAIT_MS, delayMs = RETRY_DELAY_MS } = {},
): Promise<T> {
  for (const deadline = Date.now() + maxWaitMs; ;) {
    try {
      return await work();
    } catch (error) {
      if (!isAbsent(error) || Date.now() > deadline) throw error;
      log.warn(`The database server cannot be reached yet (${describeError(error).message}); trying again.`);
      await sleep(delayMs);
    }
  }
}

/** Tries again and again, for as long as the process lives for something else. @returns once the server answers. */
export async function untilReached(attempt: () => Promise<unknown>, delayMs = RETRY_DELAY_MS): Promise<void> {
  for (let isThere = false; !isThere;) {
    await sleep(delayMs, undefined, { ref: false });
    isThere = await attempt().then(
      () => true,
      (error: unknown) => !isAbsent(error),
    );
  }
}
