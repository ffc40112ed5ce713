import { useMemo } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource, type Resource } from '../../api/resource.js';
import type { EventRow, Schemas } from '../../api/types.js';
import { barsOf, folded, type Bar } from '../../components/histogram-layout.js';
import { severityOf, SEVERITIES } from '../../components/severities.js';
import { versionOf } from '../../state/live.js';
import { iso, type Span } from '../../state/range.js';
import { isBeyondSeverity, type Filters } from './filters.js';

const HOUR = 3_600_000;
const MOST_BARS = 64;

export interface EventBars {
  readonly resource: Resource<Schemas['StatisticsAnswer']>;
  /** What is drawn. */
  readonly bars: readonly Bar[];
  /** What the chips say: all severities, whichever are chosen. */
  readonly all: readonly Bar[];
  readonly gaps: readonly Span[];
}

/** How many events there are over the span, by the same filters as the list. */
export function useEventBars(span: Span, filters: Filters, rows: readonly EventRow[]): EventBars {
  const resource = useResource(
    (signal) => {
      const query = {
        since: iso(span.since),
        until: iso(span.until),
        interval: intervalOf(span),
        groupBy: 'severity' as const,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      };
      return answerOf(api.GET('/api/memory/events/stats', { params: { query }, signal }));
    },
    [span.since, span.until, versionOf('events').value],
  );
  const stats = resource.data.value;
  return useMemo(() => {
    const counted = folded(stats ? barsOf(stats) : [], MOST_BARS);
    // The service counts by severity alone; by other fields what is in the list is counted.
    const all = isBeyondSeverity(filters) ? countedRows(rows, counted) : counted;
    return { resource, all, bars: all.map((bar) => only(bar, filters.severity)), gaps: gapsOf(stats) };
  }, [stats, filters, rows, resource]);
}

/** How many bars of how long: some dozens. */
function intervalOf({ since, until }: Span): 'minute' | 'hour' | 'day' | 'week' {
  const hours = (until - since) / HOUR;
  if (hours <= 6) return 'minute';
  if (hours <= 24 * 10) return 'hour';
  return hours <= 24 * 200 ? 'day' : 'week';
}

function countedRows(rows: readonly EventRow[], bars: readonly Bar[]): Bar[] {
  const sums = bars.map((bar) => ({ ...bar, counts: { critical: 0, error: 0, warning: 0, info: 0 } }));
  for (const { timestamp, severity } of rows) {
    const at = Date.parse(timestamp);
    const bar = sums.find(({ since, until }) => since <= at && at < until);
    if (bar) bar.counts[severityOf(severity)] += 1;
  }
  return sums;
}

function only(bar: Bar, severities: readonly string[]): Bar {
  if (severities.length === 0) return bar;
  const counts = Object.fromEntries(
    SEVERITIES.map((one) => [one, severities.includes(one) ? bar.counts[one] : 0]),
  ) as Bar['counts'];
  return { ...bar, counts };
}

function gapsOf(stats: Schemas['StatisticsAnswer'] | undefined): Span[] {
  return (stats?.coverage.gaps ?? [])
    .filter(({ what }) => what !== 'anything')
    .map(({ from, to }) => ({ since: Date.parse(from), until: Date.parse(to) }));
}
