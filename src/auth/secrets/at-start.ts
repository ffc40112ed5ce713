import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretStore } from './secret-store.js';

const MAX_ATTEMPTS = 4;
const RETRY_DELAY_MS = 300;

/**
 * Reads or stores a secret at the start; several times where instances share it, because one that begins without it would
 * have a secret of its own until it ends.
 */
export async function atStart<T>(
  store: SecretStore,
  work: () => Promise<T>,
  delayMs = RETRY_DELAY_MS,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (store.isShared !== true || attempt === MAX_ATTEMPTS) throw error;
      await sleep(delayMs);
    }
  }
}
