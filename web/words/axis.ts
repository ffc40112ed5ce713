import { clock, dayOf, day, when } from './times.js';

export interface AxisTick {
  readonly at: number;
  readonly label: string;
}

const MINUTE = 60_000;
const DAY = 1440;
/** How far apart ticks may stand, in minutes. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720];
const STEPS_OF_DAYS = [1, 2, 7, 14, 28, 91, 182, 364];

/** Round times of the viewer's zone within a span: at most `most`, the first with its day where that is not today. */
export function axisTicks(since: number, until: number, most: number, now: number): AxisTick[] {
  const minutes = (until - since) / MINUTE;
  const step = STEPS.find((one) => minutes / one <= most);
  const times = step === undefined ? daysIn(since, until, most) : timesIn(since, until, step);
  return times.map((at, index) => ({
    at,
    label: step === undefined ? day(at) : index === 0 || at === dayOf(at) ? when(at, now) : clock(at),
  }));
}

/** Each day begins anew: one of 23 hours moves the ticks of no other. */
function timesIn(since: number, until: number, step: number): number[] {
  const times: number[] = [];
  for (let begin = dayOf(since); begin <= until; begin = dayAfter(begin, 1)) {
    const end = Math.min(until + 1, dayAfter(begin, 1));
    for (let at = begin; at < end; at += step * MINUTE) if (at >= since) times.push(at);
  }
  return times;
}

function daysIn(since: number, until: number, most: number): number[] {
  const days = (until - since) / MINUTE / DAY;
  const step = STEPS_OF_DAYS.find((one) => days / one <= most) ?? Math.ceil(days / most);
  const times: number[] = [];
  for (let at = dayAfter(dayOf(since - 1), 1); at <= until; at = dayAfter(at, step)) times.push(at);
  return times;
}

function dayAfter(at: number, days: number): number {
  const date = new Date(at);
  date.setDate(date.getDate() + days);
  return date.getTime();
}
