import type { Query, ThreadReader, Value } from '../../database/programs.js';
import type { Source, SourceRow } from './sources.js';
import { TIMELINE_KINDS, type Place, type PlacedItem, type TimelineFilters } from './timeline.types.js';

/** A part of a timeline, in either direction. */
export interface Range {
  readonly order: 'ASC' | 'DESC';
  /** What is passed already. */
  readonly after?: Place | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The items of a source, and up to where these are all there are. */
export interface SourceItems {
  readonly items: readonly PlacedItem[];
  /** Missing where the range has no more. */
  readonly end?: Place | undefined;
}

/** So many rows are looked at where a filter leaves some out. */
const MAX_TESTED = 2000;
const MAX_BYTES = 8 * 1_048_576;

/** Reads the first items of a source in a range, and at most so many. */
export async function readSource(
  reader: ThreadReader,
  source: Source,
  filters: TimelineFilters,
  range: Range,
  limit: number,
): Promise<SourceItems> {
  const isTested = source.tested !== undefined && filters[source.tested] !== undefined;
  const most = isTested ? MAX_TESTED : limit;
  const query = select(reader, source, filters, range, most);
  const { rows, isCut } = await reader.read<SourceRow>(query, { limit: most, maxBytes: MAX_BYTES });
  const items: PlacedItem[] = [];
  let last: Place | undefined;
  for (const [index, row] of rows.entries()) {
    last = placeOf(source, row);
    const item = source.toItem(row, filters);
    if (item) items.push({ at: last.at, kind: source.kind, ...item, place: last });
    if (items.length === limit && index < rows.length - 1) return { items, end: last };
  }
  return { items, end: isCut ? last : undefined };
}

function placeOf({ kind }: Source, row: SourceRow): Place {
  return { at: String(row['at']), kind, id: Number(row['id']) };
}

/** Along the index that the filter begins with, or the one by time alone. */
function select(
  { dialect }: ThreadReader,
  source: Source,
  filters: TimelineFilters,
  range: Range,
  most: number,
): Query {
  const { table, at, id, only, indexed, column } = source;
  const wanted = indexed && filters[indexed];
  const conditions: Query[] = [
    ...(only === undefined ? [] : [{ text: only, values: [] }]),
    ...(typeof wanted === 'string' ? [{ text: `"${column}" = ?`, values: [wanted] }] : []),
    ...bounds(source, range, dialect.estimatesPairs),
  ];
  const columns = Object.entries(source.columns).map(([name, expression]) => `${expression} AS "${name}"`);
  const where = conditions.length > 0 ? ` WHERE ${conditions.map(({ text }) => text).join(' AND ')}` : '';
  return {
    text: `SELECT "${at}" AS "at", "${id}" AS "id", ${columns.join(', ')} FROM "${table}"${where}
      ORDER BY "${at}" ${range.order}, "${id}" ${range.order} LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values), most + 1],
  };
}

/** One bound a side; beside a pair of columns the first alone, where that is estimated better. */
function bounds(source: Source, { order, after, since, until }: Range, estimatesPairs: boolean): Query[] {
  const isUp = order === 'ASC';
  const place = after && passed(source, after, isUp, estimatesPairs);
  const lower = isUp && place ? place : bound(source, '>=', since);
  const upper = !isUp && place ? place : bound(source, '<', until);
  return [lower, upper].filter((one) => one !== undefined);
}

function bound({ at }: Source, comparison: string, moment: string | undefined): Query | undefined {
  return moment === undefined ? undefined : { text: `"${at}" ${comparison} ?`, values: [moment] };
}

/** What comes after a place: of the same moment only what its kind puts there. */
function passed({ kind, at, id }: Source, after: Place, isUp: boolean, estimatesPairs: boolean): Query {
  const [own, other] = [kind, after.kind].map((one) => TIMELINE_KINDS.indexOf(one)) as [number, number];
  const last = own === other ? after.id : own < other ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  const pair = `("${at}", "${id}") ${isUp ? '>' : '<'} (?, ?)`;
  const values: Value[] = [after.at, last];
  return estimatesPairs
    ? { text: pair, values }
    : { text: `${pair} AND "${at}" ${isUp ? '>=' : '<='} ?`, values: [...values, after.at] };
}
