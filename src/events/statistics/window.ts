import { INTERVAL_MS, onStep, QUARTER_MS, windowOn, type Interval } from '../../time/buckets.js';
import { daysBefore, nextMidnight, toMoment, type Span } from '../../time/days.js';
import { now } from '../../time/time.js';
import type { StatisticsQueryDto } from './dto/statistics.request.js';

/** How many days a window has by default; by minute it is an hour. */
const DAYS = { hour: 2, day: 30, week: 182 };

/** The window of a query, widened to whole quarters of an hour, by which events are counted; or to whole minutes. */
export function windowOf({ interval, since, until, timeZone }: StatisticsQueryDto): Span {
  return windowOn(interval === 'minute' ? INTERVAL_MS.minute : QUARTER_MS, {
    since,
    until,
    soon: endOfNow(interval, timeZone),
    before: (end) => before(end, interval, timeZone),
  });
}

function endOfNow(interval: Interval, timeZone: string): string {
  if (interval === 'day' || interval === 'week') return nextMidnight(now(), timeZone);
  return onStep(toMoment(Date.now() + 1), INTERVAL_MS[interval], Math.ceil);
}

function before(end: string, interval: Interval, timeZone: string): string {
  if (interval === 'minute') return toMoment(Date.parse(end) - INTERVAL_MS.hour);
  return daysBefore(end, DAYS[interval], timeZone);
}
