import type { ThreadReader } from '../../database/programs.js';
import { patternOf } from '../../text/pattern.js';
import { newestFirst, readDetailedEvents, type DetailedRow, type EventRow } from './event-rows.js';
import { mergedSpans, stayedAway, type OutOf, type Span } from './statistics.js';

/** An action that was taken while the alert was open; several of one pattern are one. */
export interface TakenAction {
  /** What was done the last time. */
  readonly summary: string;
  readonly lastTaken: string;
  readonly times: number;
  readonly stayedAway: OutOf;
  /** The newest of the events. */
  readonly ids: readonly number[];
}

/** So many times that the alert was open are looked through, and as many actions in each: the last ones before it was resolved. */
const MAX_SPANS = 50;
const MAX_ACTIONS_OF_SPAN = 100;
const MAX_ANSWERED = 10;
const MAX_IDS = 5;
/** How a text names an event: `event 12`, `[event 12]`, `event #12`, `"eventId": 12`, `/events/12`. */
const NAMED_EVENT = /\bevents?[-_ ]?(?:ids?)?["']?\s*[:=#/]?\s*["'#[]{0,2}(\d{1,16})/gi;

/**
 * The actions that were taken between the opening and the resolving of occurrences: of the same node, or naming one of them.
 * Those after which the alert stayed away most often are first.
 */
export async function findActions(
  reader: ThreadReader,
  event: EventRow,
  occurrences: readonly EventRow[],
  now: string,
): Promise<TakenAction[]> {
  const ids = new Set(occurrences.map(({ id }) => id));
  const taken: DetailedRow[] = [];
  for (const span of mergedSpans(occurrences.flatMap(openSpan)).slice(0, MAX_SPANS)) {
    const actions = await readActions(reader, span);
    taken.push(
      ...actions.filter((row) => !ids.has(row.id) && (row.node === event.node || namesOneOf(row, ids))),
    );
  }
  const times = occurrences.map(({ timestamp }) => Date.parse(timestamp)).sort((one, other) => one - other);
  return groupActions(taken, times, Date.parse(now)).slice(0, MAX_ANSWERED);
}

/** From the opening to the resolving; none where it is not known, or where clocks differ too much. */
export function openSpan({ timestamp, resolvedAt }: Pick<EventRow, 'timestamp' | 'resolvedAt'>): Span[] {
  const [from, to] = [Date.parse(timestamp), Date.parse(resolvedAt ?? '')];
  return to >= from ? [{ from, to }] : [];
}

/** @param occurrences in ascending order. */
export function groupActions(
  taken: readonly EventRow[],
  occurrences: readonly number[],
  now: number,
): TakenAction[] {
  const groups = new Map<string, EventRow[]>();
  for (const row of [...taken].sort(newestFirst)) {
    const { term } = patternOf(row);
    const group = groups.get(term);
    if (group) group.push(row);
    else groups.set(term, [row]);
  }
  return [...groups.values()].flatMap((rows) => toAction(rows, occurrences, now)).sort(mostHelpful);
}

function toAction(rows: readonly EventRow[], occurrences: readonly number[], now: number): TakenAction[] {
  const [newest] = rows;
  if (!newest) return [];
  const moments = rows.map(({ timestamp }) => Date.parse(timestamp));
  return [
    {
      summary: newest.summary,
      lastTaken: newest.timestamp,
      times: rows.length,
      stayedAway: stayedAway(moments, occurrences, now),
      ids: rows.slice(0, MAX_IDS).map(({ id }) => id),
    },
  ];
}

function mostHelpful(one: TakenAction, other: TakenAction): number {
  const failures = ({ stayedAway: { times, of } }: TakenAction): number => of - times;
  return (
    other.stayedAway.times - one.stayedAway.times ||
    failures(one) - failures(other) ||
    other.times - one.times
  );
}

function readActions(reader: ThreadReader, { from, to }: Span): Promise<DetailedRow[]> {
  const where = `"type" = 'action' AND "timestamp" >= ? AND "timestamp" <= ? ORDER BY "timestamp" DESC, id DESC LIMIT ?`;
  const [since, until] = [new Date(from).toISOString(), new Date(to).toISOString()];
  return readDetailedEvents(reader, where, [since, until, MAX_ACTIONS_OF_SPAN]);
}

/** Whether an action says that it was for one of these events. */
export function namesOneOf(
  { summary, details }: Pick<DetailedRow, 'summary' | 'details'>,
  ids: ReadonlySet<number>,
): boolean {
  for (const [, id] of `${summary}\n${details ?? ''}`.matchAll(NAMED_EVENT))
    if (ids.has(Number(id))) return true;
  return false;
}
