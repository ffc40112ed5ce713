import { daysBefore, nextMidnight, type Span } from '../../time/days.js';
import { onStep, QUARTER_MS } from '../../time/buckets.js';
import { now } from '../../time/time.js';
import type { UsageQueryDto } from './dto/usage.request.js';

const DEFAULT_DAYS = 30;

/** The window of a query, widened to whole quarters of an hour: by them the sums are kept. */
export function windowOf({ since, until, timeZone }: UsageQueryDto): Span {
  const tomorrow = nextMidnight(now(), timeZone);
  const end = onStep(
    until ?? (since !== undefined && since > tomorrow ? since : tomorrow),
    QUARTER_MS,
    Math.ceil,
  );
  return {
    since: onStep(since ?? daysBefore(end, DEFAULT_DAYS, timeZone), QUARTER_MS, Math.floor),
    until: end,
  };
}
