import { useMemo } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useResource, type Resource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import { barsOf, folded, type Bar } from '../../components/histogram-layout.js';
import { SEVERITIES } from '../../components/severities.js';
import { versionOf } from '../../state/live.js';
import { iso, type Span } from '../../state/range.js';
import { queryOf, type Filters } from './filters.js';

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
export function useEventBars(span: Span, filters: Filters, at: number | undefined): EventBars {
  // The chips count every severity, whichever are shown.
  const others = queryOf({ ...filters, severity: [] }, at === undefined ? undefined : iso(at));
  const resource = useResource(
    (signal) => {
      const query = {
        since: iso(span.since),
        until: iso(span.until),
        interval: intervalOf(span),
        groupBy: 'severity' as const,
        ...others,
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      };
      return answerOf(api.GET('/api/memory/events/stats', { params: { query }, signal }));
    },
    [span.since, span.until, JSON.stringify(others), versionOf('events').value],
  );
  const stats = resource.data.value;
  return useMemo(() => {
    const all = folded(stats ? barsOf(stats) : [], MOST_BARS);
    return { resource, all, bars: all.map((bar) => only(bar, filters.severity)), gaps: gapsOf(stats) };
  }, [stats, filters, resource]);
}

/** How many bars of how long: some dozens. */
function intervalOf({ since, until }: Span): 'minute' | 'hour' | 'day' | 'week' {
  const hours = (until - since) / HOUR;
  if (hours <= 6) return 'minute';
  if (hours <= 24 * 10) return 'hour';
  return hours <= 24 * 200 ? 'day' : 'week';
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
