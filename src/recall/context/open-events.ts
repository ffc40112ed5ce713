import type { ThreadReader } from '../../database/programs.js';
import { patternOf } from '../../text/pattern.js';
import type { Draft, DraftSection } from './context.types.js';
import { eventText } from './event-text.js';
import { minuteOf } from './quote.js';
import { readRows, type EventRow } from './rows.js';

/** What waits for somebody, the worst first; an information does not. */
const SEVERITIES = ['critical', 'error', 'warning'] as const;
/** Of each severity, and of the node, so many of the newest are looked through, and so many open ones are read. */
const WINDOW = 2000;
const MAX_OPEN = 100;

/**
 * The events that nobody has dealt with, the worst first; where a node is asked for, its own before all others.
 * @param at those that were open at this moment.
 */
export async function readOpenEvents(reader: ThreadReader, node?: string, at?: string): Promise<EventRow[]> {
  const open: EventRow[] = [];
  if (node !== undefined) {
    const own = await readOpen(reader, '"node" = ?', node, at);
    for (const severity of SEVERITIES) open.push(...own.filter((event) => event.severity === severity));
  }
  for (const severity of SEVERITIES) open.push(...(await readOpen(reader, '"severity" = ?', severity, at)));
  return [...new Map(open.map((event) => [event.id, event])).values()];
}

/** One line for each pattern on a node: an alert that comes again and again is said once. */
export function draftOpenEvents(events: readonly EventRow[]): DraftSection {
  const byPattern = new Map<string, EventRow[]>();
  for (const event of events) {
    const { nodeTerm } = patternOf(event);
    const same = byPattern.get(nodeTerm);
    if (same) same.push(event);
    else byPattern.set(nodeTerm, [event]);
  }
  return {
    name: 'open_events',
    drafts: [...byPattern.values()].flatMap(toDraft),
    note: 'No warning, error or critical event is open.',
  };
}

function toDraft(same: readonly EventRow[]): Draft[] {
  const [event] = same;
  if (!event) return [];
  const { id, timestamp, severity } = event;
  const first = same.reduce((least, one) => (one.timestamp < least ? one.timestamp : least), timestamp);
  const times = same.length === 1 ? '' : ` (open ${same.length} times since ${minuteOf(first)})`;
  const text = `${eventText(event)}${times}`;
  const isAlert = event.type === 'alert';
  return [{ kind: 'event', id, timestamp, why: `open: ${severity}`, text, isAlert }];
}

async function readOpen(
  reader: ThreadReader,
  condition: string,
  value: string,
  at: string | undefined,
): Promise<EventRow[]> {
  const [by, isOpen] =
    at === undefined ? ['', 'NOT resolved'] : [' AND "timestamp" <= ?', `(NOT resolved OR resolved_at > ?)`];
  const newest = `SELECT id, "timestamp", severity, resolved, resolved_at FROM events WHERE ${condition}${by}
    ORDER BY "timestamp" DESC, id DESC LIMIT ${WINDOW}`;
  const open = `SELECT id FROM (${newest}) AS newest WHERE ${isOpen} AND severity <> 'info'
    ORDER BY "timestamp" DESC, id DESC LIMIT ${MAX_OPEN}`;
  const values = at === undefined ? [value] : [value, at, at];
  const rows = await readRows(
    reader,
    'event',
    `WHERE id IN (${open}) ORDER BY "timestamp" DESC, id DESC`,
    values,
  );
  // What was resolved later was not yet.
  return rows.map((row) => ({ ...row, resolved: false, resolvedAt: null, resolvedBy: null }));
}
