import { useEffect, useMemo } from 'preact/hooks';
import { answerOf, api } from '../../api/client.js';
import { useEndless, type Endless } from '../../api/endless.js';
import type { EventRow } from '../../api/types.js';
import { serverNow } from '../../state/clock.js';
import { savedSince } from '../../state/link.js';
import { iso } from '../../state/range.js';
import { resolving } from '../../state/resolving.js';
import { mergedRows } from './event-rows.js';
import { queryOf, takes, type Filters } from './filters.js';
import { useHeard, type Hearing } from './use-heard.js';

const PAGE_SIZE = 100;

export interface EventList {
  readonly endless: Endless<EventRow>;
  /** What is shown, newest first. */
  readonly rows: readonly EventRow[];
  /** What arrived while the list keeps its place. */
  readonly held: readonly EventRow[];
  /** Whether there is more of that than is kept. */
  readonly isCut: boolean;
  readonly showHeld: () => void;
}

interface Wanted extends Hearing {
  /** What stays the same while it is the same list. */
  readonly name: string;
  /** The moment whose state is shown; undefined for now. */
  readonly at: number | undefined;
}

/** The events of a span by filters, endless, and with those that arrive. */
export function useEventList(wanted: Wanted): EventList {
  const { filters, span, isLive, name, at } = wanted;
  const query = queryOf(filters, at === undefined ? undefined : iso(at));
  const key = JSON.stringify([query, name]);
  const { heard, resyncs, noteRead, showHeld } = useHeard(wanted, key);
  // All pages of a list begin at the same moment, whatever time has passed.
  const within = useMemo(
    () => ({ since: iso(span.since), ...(isLive ? {} : { until: iso(span.until) }) }),
    [key, resyncs],
  );
  const endless = useEndless<EventRow>({
    keys: [key, resyncs],
    idOf: ({ id }) => id,
    load: async (cursor, signal) => {
      const params = { query: { ...query, ...within, limit: PAGE_SIZE, cursor } };
      const { events, nextCursor } = await answerOf(api.GET('/api/memory/events', { params, signal }));
      return { rows: events, next: nextCursor };
    },
  });
  useEffect(noteRead, [endless.first.data.value]);
  const loaded = endless.rows.value;
  const all = useMemo(
    () => shown(mergedRows(loaded ?? [], heard.rows, endless.next.value === null), filters, at),
    [loaded, heard.rows, resolving.value, savedSince.value, key],
  );
  const { held, isCut } = heard;
  return {
    endless,
    rows: useMemo(() => all.filter(({ id }) => !held.has(id)), [all, held]),
    held: all.filter(({ id }) => held.has(id)),
    isCut,
    showHeld,
  };
}

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
