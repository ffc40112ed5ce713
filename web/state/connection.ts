import { signal } from '@preact/signals';
import { serverNow } from './clock.js';

/** Whether the last request was answered. */
export const isOnline = signal(true);
/** When the service answered last, in milliseconds since 1970. */
export const lastAnswerAt = signal(Date.now());
/** How often the service came back: what is shown is asked for again. */
export const reconnects = signal(0);

/** Where one path alone fails again and again, each of its tries would ask all others again at once. */
const MIN_BETWEEN_RECONNECTS_MS = 2000;
let reconnectedAt = -Infinity;

export function noteAnswer(): void {
  lastAnswerAt.value = serverNow();
  const now = performance.now();
  if (isOnline.peek() || now - reconnectedAt < MIN_BETWEEN_RECONNECTS_MS) return;
  reconnectedAt = now;
  isOnline.value = true;
  reconnects.value += 1;
}

export function noteNoAnswer(): void {
  isOnline.value = false;
}

/** How often a request was refused, because its credential is no longer accepted. */
export const refusedCredentials = signal(0);

export function noteRefusedCredential(): void {
  refusedCredentials.value += 1;
}
