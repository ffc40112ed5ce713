import { QUARTER_MS, windowOn } from '../../time/buckets.js';
import { daysBefore, nextMidnight, type Span } from '../../time/days.js';
import { now } from '../../time/time.js';
import type { UsageQueryDto } from './dto/usage.request.js';

const DEFAULT_DAYS = 30;

/** The window of a query, widened to whole quarters of an hour: by them the sums are kept. */
export function windowOf({ since, until, timeZone }: UsageQueryDto): Span {
  return windowOn(QUARTER_MS, {
    since,
    until,
    soon: nextMidnight(now(), timeZone),
    before: (end) => daysBefore(end, DEFAULT_DAYS, timeZone),
  });
}
