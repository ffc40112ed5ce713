import { computed, signal } from '@preact/signals';

const TICK_MS = 5000;
/** A difference that the seconds of a `Date` header and a slow answer explain. */
const NEGLIGIBLE_MS = 3000;

/** How far the clock of the browser is behind that of the service, in milliseconds. */
const behind = signal(0);
const ticks = signal(Date.now());

setInterval(() => (ticks.value = Date.now()), TICK_MS);

/** The moment of the service, in milliseconds since 1970, moved on every few seconds. */
export const now = computed(() => ticks.value + behind.value);

/** The moment of the service at this instant. */
export function serverNow(): number {
  return Date.now() + behind.peek();
}

/** Learns from an answer what time it is at the service: the browser's clock may be wrong by an hour. */
export function noteServerTime(header: string | null): void {
  const difference = header === null ? NaN : Date.parse(header) - Date.now();
  if (Math.abs(difference - behind.peek()) > NEGLIGIBLE_MS)
    behind.value = Math.abs(difference) < NEGLIGIBLE_MS ? 0 : difference;
}
