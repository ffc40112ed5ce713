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

/** The events that nobody has dealt with, the worst first; where a node is asked for, its own before all others. */
export async function readOpenEvents(reader: ThreadReader, node?: string): Promise<EventRow[]> {
  const open: EventRow[] = [];
  if (node !== undefined) {
    const own = await readOpen(reader, '"node" = ?', node);
    for (const severity of SEVERITIES) open.push(...own.filter((event) => event.severity === severity));
  }
  for (const severity of SEVERITIES) open.push(...(await readOpen(reader, '"severity" = ?', severity)));
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

function readOpen(reader: ThreadReader, condition: string, value: string): Promise<EventRow[]> {
  const newest = `SELECT id, "timestamp", severity, resolved FROM events WHERE ${condition}
    ORDER BY "timestamp" DESC, id DESC LIMIT ${WINDOW}`;
  const open = `SELECT id FROM (${newest}) AS newest WHERE NOT resolved AND severity <> 'info'
    ORDER BY "timestamp" DESC, id DESC LIMIT ${MAX_OPEN}`;
  return readRows(reader, 'event', `WHERE id IN (${open}) ORDER BY "timestamp" DESC, id DESC`, [value]);
}
