import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { foldNeighbours } from '../../components/fold-events.js';
import { totalOf } from '../../components/histogram-layout.js';
import { SEVERITIES } from '../../components/severities.js';
import { PageHead } from '../../components/PageHead.js';
import { now } from '../../state/clock.js';
import { useShortcut } from '../../state/shortcuts.js';
import { count, counted } from '../../words/numbers.js';
import { rangeOf } from '../../words/times.js';
import { Detail } from './Detail.js';
import { EventHistogram } from './EventHistogram.js';
import { EventPane } from './EventPane.js';
import { ExportButton } from './ExportButton.js';
import { FilterChips } from './FilterChips.js';
import { isBeyondSeverity } from './filters.js';
import { useEventBars, type EventBars } from './use-event-bars.js';
import { useEventList } from './use-event-list.js';
import { chooseBrush, openEvent, useView, type View } from './use-view.js';
import './events.css';

/** Finding the one event, and understanding it. */
export default function Events(): JSX.Element {
  const view = useView();
  const { filters, span, brush, listSpan, at, id } = view;
  const isScrolled = useRef(false);
  const list = useEventList({
    ...view,
    span: listSpan,
    isHolding: () => isScrolled.current || id !== undefined,
  });
  const bars = useEventBars(span, filters, list.rows);
  const folded = useMemo(() => foldNeighbours(list.rows), [list.rows]);
  const index = folded.findIndex(({ all }) => all.some((event) => event.id === id));
  const close = (): void => {
    openEvent(undefined);
  };
  const clear = (): void => {
    chooseBrush(undefined);
  };
  useShortcut('Escape', 'Close', id !== undefined ? close : brush ? clear : undefined);
  const step = (by: number): (() => void) | undefined => {
    const next = folded[index + by];
    return index === -1 || !next
      ? undefined
      : () => {
          openEvent(next.event.id);
        };
  };
  return (
    <div class={id === undefined ? 'page events' : 'page events with-detail'}>
      <div class="event-column">
        <PageHead
          title="Events"
          lead={countsOf(view, bars, list.rows.length, list.endless.next.value !== null)}
        >
          <ExportButton filters={filters} span={listSpan} at={at} />
        </PageHead>
        <FilterChips
          filters={filters}
          counts={severityCounts(view, bars)}
          nodes={useNodes(view, list.rows)}
        />
        <EventHistogram view={view} bars={bars} />
        <EventPane view={view} list={list} folded={folded} isScrolled={isScrolled} />
      </div>
      {id !== undefined && (
        <Detail
          key={id}
          id={id}
          known={folded[index]?.all.find((event) => event.id === id)}
          others={folded[index]?.all ?? []}
          onPrevious={step(-1)}
          onNext={step(1)}
          onClose={close}
        />
      )}
    </div>
  );
}

/** `82 of 178, 02:00 to 08:00`. */
function countsOf(view: View, { resource, bars }: EventBars, loaded: number, hasMore: boolean): string {
  const stats = resource.data.value;
  if (!stats) return '';
  const part = view.brush ?? view.span;
  const inPart = bars.filter((bar) => bar.since < part.until && bar.until > part.since);
  const isListed = isBeyondSeverity(view.filters);
  const shown = isListed ? loaded : inPart.reduce((sum, bar) => sum + totalOf(bar), 0);
  const range = rangeOf(part.since, part.until, now.value);
  const more = isListed && hasMore ? ' or more' : '';
  if (shown >= stats.total) return `${counted(stats.total, 'event')}, ${range}`;
  return `${count(shown)}${more} of ${count(stats.total)}, ${range}`;
}

function severityCounts(
  { brush, span }: View,
  { resource, all }: EventBars,
): Parameters<typeof FilterChips>[0]['counts'] {
  if (!resource.data.value) return undefined;
  const part = brush ?? span;
  const counts = { critical: 0, error: 0, warning: 0, info: 0 };
  for (const bar of all) {
    if (bar.since >= part.until || bar.until <= part.since) continue;
    for (const severity of SEVERITIES) counts[severity] += bar.counts[severity];
  }
  return counts;
}

/** The nodes that one may filter by: those that were seen, and those that are chosen. */
function useNodes({ filters }: View, rows: readonly { readonly node: string | null }[]): readonly string[] {
  const known = useRef(new Set<string>());
  for (const { node } of rows) if (node !== null) known.current.add(node);
  for (const node of filters.node) known.current.add(node);
  return [...known.current].sort();
}
