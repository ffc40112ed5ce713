import { DAY_MS, daysOf, MINUTE_MS, toMoment, zoneOf, type Span } from './days.js';
import { canonicalTimestamp } from './time.js';

export const INTERVALS = ['minute', 'hour', 'day', 'week'] as const;
export type Interval = (typeof INTERVALS)[number];

/** How long each usually is; where clocks change, an hour, a day or a week may be shorter or longer. */
export const INTERVAL_MS: Readonly<Record<Interval, number>> = {
  minute: MINUTE_MS,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
};
/** Time zones differ by quarters of an hour. */
export const QUARTER_MS = 900_000;

/**
 * The hours, days or weeks of a span by the clocks of a time zone, in order, the first and the last cut by the span. A week
 * begins on Monday. Minutes are the same everywhere. An hour that clocks show twice is two.
 */
export function bucketsOf(span: Span, interval: Interval, timeZone: string): Span[] {
  if (interval === 'minute') return partsOf(span, (begins) => begins + MINUTE_MS - rest(begins, MINUTE_MS));
  if (interval === 'hour') {
    const zone = zoneOf(timeZone);
    const nextHour = (begins: number): number =>
      begins + INTERVAL_MS.hour - rest(begins + zone.offset(begins) * MINUTE_MS, INTERVAL_MS.hour);
    return partsOf(span, nextHour);
  }
  const days = daysOf(span, timeZone, Infinity);
  return interval === 'day' ? days.map(({ since, until }) => ({ since, until })) : weeksOf(days);
}

/** A moment on a whole number of steps; the last moment that a timestamp can say stays. */
export function onStep(moment: string, stepMs: number, round: (steps: number) => number): string {
  const milliseconds = round(Date.parse(moment) / stepMs) * stepMs;
  return canonicalTimestamp(new Date(milliseconds)) ?? moment;
}

/** What is asked for of a window, and what holds where that is left out. */
interface Wanted {
  readonly since: string | undefined;
  readonly until: string | undefined;
  /** The end of a window that has none; one that begins later ends where it begins. */
  readonly soon: string;
  /** The begin of a window that has none, by its end. */
  readonly before: (end: string) => string;
}

/** A window, widened to whole steps. */
export function windowOn(stepMs: number, { since, until, soon, before }: Wanted): Span {
  const end = onStep(until ?? (since !== undefined && since > soon ? since : soon), stepMs, Math.ceil);
  return { since: onStep(since ?? before(end), stepMs, Math.floor), until: end };
}

function partsOf({ since, until }: Span, next: (begins: number) => number): Span[] {
  const end = Date.parse(until);
  const parts: Span[] = [];
  for (let begins = Date.parse(since); begins < end;) {
    const ends = Math.min(end, next(begins));
    parts.push({ since: toMoment(begins), until: toMoment(ends) });
    begins = ends;
  }
  return parts;
}

function weeksOf(days: readonly (Span & { readonly day: string })[]): Span[] {
  const weeks = new Map<number, Span>();
  for (const { day, since, until } of days) {
    // The first day of 1970 was a Thursday.
    const number = Math.floor((Date.parse(day) / DAY_MS + 3) / 7);
    weeks.set(number, { since: weeks.get(number)?.since ?? since, until });
  }
  return [...weeks.values()];
}

/** What is left of a number, also of a negative one. */
function rest(number: number, step: number): number {
  return ((number % step) + step) % step;
}
