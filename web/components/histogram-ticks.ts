import type { Span } from '../state/range.js';
import { clock, day, weekdayClock } from '../words/times.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * DAY),
];

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Round times of the viewer's clock below a chart, at most so many; the first says its day. */
export function ticksOf({ since, until }: Span, most: number): Tick[] {
  const step = STEPS.find((one) => (until - since) / one <= most) ?? until - since;
  const ticks: Tick[] = [];
  for (let at = firstOf(since, step); at <= until; at = following(at, step)) {
    ticks.push({ at, label: labelOf(at, step, until - since, ticks.length === 0) });
  }
  return ticks;
}

function labelOf(at: number, step: number, length: number, isFirst: boolean): string {
  if (step >= DAY) return day(at);
  return isFirst && length > 12 * HOUR ? weekdayClock(at) : clock(at);
}

function firstOf(since: number, step: number): number {
  const midnight = new Date(since).setHours(0, 0, 0, 0);
  if (step >= DAY) return midnight === since ? since : nextDay(midnight, 1);
  return midnight + Math.ceil((since - midnight) / step) * step;
}

/** Days are not all as long as each other. */
function following(at: number, step: number): number {
  return step >= DAY ? nextDay(at, step / DAY) : at + step;
}

function nextDay(midnight: number, days: number): number {
  const date = new Date(midnight);
  return date.setDate(date.getDate() + days);
}
