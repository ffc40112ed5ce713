import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { foldNeighbours } from '../../components/fold-events.js';
import { totalOf } from '../../components/histogram-layout.js';
import { SEVERITIES } from '../../components/severities.js';
import { PageHead } from '../../components/PageHead.js';
import { now } from '../../state/clock.js';
import type { Span } from '../../state/range.js';
import { useShortcut } from '../../state/shortcuts.js';
import { count, counted } from '../../words/numbers.js';
import { rangeOf } from '../../words/times.js';
import { Detail } from './Detail.js';
import { EventHistogram } from './EventHistogram.js';
import { EventPane } from './EventPane.js';
import { ExportButton } from './ExportButton.js';
import { FilterChips, type Counts } from './FilterChips.js';
import { useEventBars, type EventBars } from './use-event-bars.js';
import { useEventList, type EventList } from './use-event-list.js';
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
  const bars = useEventBars(span, filters, at);
  const folded = useMemo(() => foldNeighbours(list.rows), [list.rows]);
  const index = folded.findIndex(({ all }) => all.some((event) => event.id === id));
  useFound(list, id !== undefined && index === -1);
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
        <PageHead title="Events" lead={countsOf(view, bars, list)}>
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

/** So many events at most are loaded to find the one of a link. */
const MOST_LOOKED_AT = 400;

/** The row of an event that a link opened is loaded, where it is not far. */
function useFound({ endless, rows }: EventList, isMissing: boolean): void {
  const next = endless.next.value;
  const wantsMore = isMissing && next !== null && rows.length < MOST_LOOKED_AT;
  useEffect(() => {
    if (wantsMore) endless.loadMore();
  }, [wantsMore, next]);
}

/** `82 of 178, 02:00 to 08:00`. */
function countsOf({ listSpan, span }: View, { resource, bars }: EventBars, list: EventList): string {
  const stats = resource.data.value;
  if (!stats) return '';
  // Bars are whole: where all is in the list, the list is exact.
  const shown =
    list.endless.next.value === null
      ? list.rows.length
      : bars.filter(isIn(listSpan)).reduce((sum, bar) => sum + totalOf(bar), 0);
  const range = rangeOf(listSpan.since, listSpan.until, now.value);
  return listSpan.since === span.since && shown >= stats.total
    ? `${counted(shown, 'event')}, ${range}`
    : `${count(shown)} of ${count(stats.total)}, ${range}`;
}

function isIn(part: Span): (bar: Span) => boolean {
  return (bar) => bar.since < part.until && bar.until > part.since;
}

/** How many there are of each severity, also of those that are not shown. */
function severityCounts({ listSpan }: View, { resource, all }: EventBars): Counts | undefined {
  if (!resource.data.value) return undefined;
  const part = all.filter(isIn(listSpan));
  return Object.fromEntries(
    SEVERITIES.map((one) => [one, part.reduce((sum, { counts }) => sum + counts[one], 0)]),
  );
}

/** The nodes that one may filter by: those that were seen, and those that are chosen. */
function useNodes({ filters }: View, rows: readonly { readonly node: string | null }[]): readonly string[] {
  const known = useRef(new Set<string>());
  for (const { node } of rows) if (node !== null) known.current.add(node);
  for (const node of filters.node) known.current.add(node);
  return [...known.current].sort();
}
