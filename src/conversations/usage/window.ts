import { daysBefore, nextMidnight, type Span } from '../../time/days.js';
import { canonicalTimestamp, now } from '../../time/time.js';
import type { UsageQueryDto } from './dto/usage.request.js';

const DEFAULT_DAYS = 30;
const QUARTER_MS = 900_000;

/** The window of a query, widened to whole quarters of an hour: by them the sums are kept. */
export function windowOf({ since, until, timeZone }: UsageQueryDto): Span {
  const tomorrow = nextMidnight(now(), timeZone);
  const end = quarter(until ?? (since !== undefined && since > tomorrow ? since : tomorrow), Math.ceil);
  return { since: quarter(since ?? daysBefore(end, DEFAULT_DAYS, timeZone), Math.floor), until: end };
}

/** The last quarter of the year 9999 ends with the last moment that a timestamp can say. */
function quarter(moment: string, round: (quarters: number) => number): string {
  const milliseconds = round(Date.parse(moment) / QUARTER_MS) * QUARTER_MS;
  return canonicalTimestamp(new Date(milliseconds)) ?? moment;
}
