import { CONTENT_TABLES, type ThreadReader, type Value } from '../../database/programs.js';
import { patternOf, type Pattern, type Patterned } from '../../text/pattern.js';
import { listsOf, readAll } from '../search/rows.js';

/** An event without its details. */
export interface EventRow extends Patterned {
  readonly id: number;
  readonly timestamp: string;
  readonly severity: string;
  readonly resolved: boolean;
  readonly resolvedAt: string | null;
  readonly resolvedBy: string | null;
}

/** An event with as much of its details as is looked through. */
export type DetailedRow = EventRow & { readonly details: string | null };

/** A file of the first backend may hold a summary of any length. */
const MAX_SUMMARY = 1000;
const MAX_DETAILS = 2000;
const CUT: Readonly<Record<string, number>> = { summary: MAX_SUMMARY, details: MAX_DETAILS };

/** Reads events. @param where a condition, which may go on with an order and a limit. */
export async function readEvents(
  reader: ThreadReader,
  where: string,
  values: readonly Value[],
): Promise<EventRow[]> {
  return read(reader, where, values, ['details']);
}

/** Reads the events with these ids, in any order. */
export async function readEventsById(reader: ThreadReader, ids: readonly number[]): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  for (const { text, values } of listsOf(ids))
    rows.push(...(await readEvents(reader, `id IN (${text})`, values)));
  return rows;
}

export async function readDetailedEvents(
  reader: ThreadReader,
  where: string,
  values: readonly Value[],
): Promise<DetailedRow[]> {
  return read<DetailedRow>(reader, where, values, []);
}

async function read<Row extends EventRow>(
  reader: ThreadReader,
  where: string,
  values: readonly Value[],
  without: readonly string[],
): Promise<Row[]> {
  const { name, columns } = CONTENT_TABLES.event;
  const selected = columns
    .filter(({ field }) => !without.includes(field))
    .map(({ field, column }) => {
      const cut = CUT[field];
      const value = cut === undefined ? `"${column}"` : `substr(CAST("${column}" AS text), 1, ${cut})`;
      return `${value} AS "${field}"`;
    });
  const text = `SELECT ${selected.join(', ')} FROM "${name}" WHERE ${where}`;
  const rows = await readAll<Row>(reader, { text, values });
  return rows.map((row) => ({ ...row, id: Number(row.id), resolved: Boolean(row.resolved) }));
}

/** Newest first: the order of all lists of events. */
export function newestFirst(one: Moment, other: Moment): number {
  return isEarlier(one, other) ? 1 : isEarlier(other, one) ? -1 : 0;
}

/** Whether an event is before another: by its time, then by its id. */
export function isEarlier(one: Moment, other: Moment): boolean {
  return one.timestamp === other.timestamp ? one.id < other.id : one.timestamp < other.timestamp;
}

type Moment = Pick<EventRow, 'timestamp' | 'id'>;

/** Compares events with a pattern: terms are hashes, and an index may have an old text. */
export class PatternMatcher {
  readonly pattern: Pattern;
  /** A thousand alerts have few texts. */
  private readonly terms = new Map<string, string>();

  constructor(private readonly event: Patterned) {
    this.pattern = patternOf(event);
  }

  /** Whether an event is of the pattern, on any node. */
  matches(row: Patterned): boolean {
    const { source, type } = this.event;
    return row.source === source && row.type === type && this.termOf(row) === this.pattern.term;
  }

  /** Whether an event is of the pattern on its node. */
  matchesOnNode(row: Patterned): boolean {
    return row.node === this.event.node && this.matches(row);
  }

  private termOf(row: Patterned): string {
    const key = JSON.stringify([row.node, row.summary]);
    const known = this.terms.get(key);
    if (known !== undefined) return known;
    const { term } = patternOf(row);
    this.terms.set(key, term);
    return term;
  }
}
