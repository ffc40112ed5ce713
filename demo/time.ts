/**
 * Moments are milliseconds since 1970, spans are milliseconds. The clocks of the cluster, and what is said of them, show
 * the time of the zone of this machine, as the explorer does that is opened on it.
 */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The last moment before `end` at which the clock showed this time; less than a day back. */
export function lastTime(hour: number, minute: number, end: number): number {
  const timeOfDay = hour * HOUR + minute * MINUTE;
  const back = (((onClock(end) - timeOfDay) % DAY) + DAY) % DAY;
  return end - (back === 0 ? DAY : back);
}

/** The moments from `start` up to, not including, `end` at which a clock with this step ticks. */
export function ticks(start: number, end: number, step: number): number[] {
  const first = Math.ceil(start / step) * step;
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
}

/** Hours since midnight, with a fraction. */
export function hourOf(moment: number): number {
  return (onClock(moment) % DAY) / HOUR;
}

/** In the canonical form. */
export function iso(moment: number): string {
  return new Date(moment).toISOString();
}

/** `YYYY-MM-DD` */
export function dateOf(moment: number): string {
  return iso(onClock(moment)).slice(0, 10);
}

/** `HH:MM` */
export function clockOf(moment: number): string {
  return iso(onClock(moment)).slice(11, 16);
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** The moment at which a clock in UTC shows what one here shows now. */
function onClock(moment: number): number {
  return moment - new Date(moment).getTimezoneOffset() * MINUTE;
}
