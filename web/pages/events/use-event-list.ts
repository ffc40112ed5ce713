import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import { answerOf, api } from '../../api/client.js';
import { useEndless, type Endless } from '../../api/endless.js';
import type { EventRow } from '../../api/types.js';
import { serverNow } from '../../state/clock.js';
import { onChange } from '../../state/live.js';
import { savedSince } from '../../state/link.js';
import { iso, type Span } from '../../state/range.js';
import { resolving } from '../../state/resolving.js';
import { mergedRows } from './event-rows.js';
import { isWithin, queryOf, takes, type Filters } from './filters.js';

const PAGE_SIZE = 100;
/** Events that arrived while the page is open: past so many the list is read anew. */
const MOST_HEARD = 2000;

export interface EventList {
  readonly endless: Endless<EventRow>;
  /** What is shown, newest first. */
  readonly rows: readonly EventRow[];
  /** What arrived while the list keeps its place. */
  readonly held: readonly EventRow[];
  readonly showHeld: () => void;
}

interface Wanted {
  readonly filters: Filters;
  readonly span: Span;
  /** Whether the span goes on as time does. */
  readonly isLive: boolean;
  /** What stays the same while it is the same list. */
  readonly name: string;
  /** The moment whose state is shown; undefined for now. */
  readonly at: number | undefined;
  /** Whether what arrives has to wait. */
  readonly isHolding: () => boolean;
}

/** The events of a span by filters, endless, and with those that arrive. */
export function useEventList({ filters, span, isLive, name, at, isHolding }: Wanted): EventList {
  const heard = useSignal<ReadonlyMap<number, EventRow>>(new Map());
  const held = useSignal<ReadonlySet<number>>(new Set());
  const resyncs = useSignal(0);
  const holds = useRef(isHolding);
  holds.current = isHolding;
  const query = queryOf(filters, at === undefined ? undefined : iso(at));
  const key = JSON.stringify([query, name]);
  // All pages of a list begin at the same moment, whatever time has passed.
  const within = useMemo(
    () => ({ since: iso(span.since), ...(isLive ? {} : { until: iso(span.until) }) }),
    [key, resyncs.value],
  );
  const endless = useEndless<EventRow>({
    keys: [key, resyncs.value],
    idOf: ({ id }) => id,
    load: async (cursor, signal) => {
      const params = { query: { ...query, ...within, limit: PAGE_SIZE, cursor } };
      const { events, nextCursor } = await answerOf(api.GET('/api/memory/events', { params, signal }));
      return { rows: events, next: nextCursor };
    },
  });
  useEffect(() => {
    heard.value = new Map();
    held.value = new Set();
    return onChange(({ type, data }) => {
      if (type === 'memory.forgotten' || type === 'resync') resyncs.value += 1;
      if ((type !== 'event.saved' && type !== 'event.resolved') || !isEvent(data)) return;
      const until = isLive ? serverNow() + TOLERANCE_MS : span.until;
      const isNew = type === 'event.saved';
      if (isNew && !(takes(filters, data) && isWithin(Date.parse(data.timestamp), { ...span, until })))
        return;
      if (heard.peek().size >= MOST_HEARD) {
        heard.value = new Map();
        held.value = new Set();
        resyncs.value += 1;
        return;
      }
      if (isNew && holds.current()) held.value = new Set([...held.peek(), data.id]);
      heard.value = new Map([...heard.peek(), [data.id, data]]);
    });
  }, [key]);
  const loaded = endless.rows.value;
  const all = useMemo(
    () => shown(mergedRows(loaded ?? [], heard.value, endless.next.value === null), filters, at),
    [loaded, heard.value, resolving.value, savedSince.value, key],
  );
  const waiting = held.value;
  return {
    endless,
    rows: useMemo(() => all.filter(({ id }) => !waiting.has(id)), [all, waiting]),
    held: all.filter(({ id }) => waiting.has(id)),
    showHeld: () => (held.value = new Set()),
  };
}

/** Clocks of those who send are not exactly that of the service. */
const TOLERANCE_MS = 3_600_000;

/** With what is about to be resolved as resolved, and without what a link's sender could not see. */
function shown(rows: readonly EventRow[], filters: Filters, at: number | undefined): readonly EventRow[] {
  const pending = resolving.peek();
  const unseen = savedSince.peek();
  return rows
    .filter((event) => !unseen.has(event.id) && (at !== undefined || takes(filters, event)))
    .map((event) => (pending.has(event.id) ? asResolved(event) : event));
}

export function asResolved(event: EventRow): EventRow {
  return { ...event, resolved: true, resolvedAt: iso(serverNow()), resolvedBy: 'user' };
}

function isEvent(data: unknown): data is EventRow {
  return typeof data === 'object' && data !== null && 'timestamp' in data && 'summary' in data;
}
