import { decodeCursor, encodeCursor, type Position } from './cursor.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** What a caller asks of a list. */
export interface PageRequest<Row> {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Names the list together with its filters; a cursor fits only the scope that it was made for. */
  readonly scope: string;
  /** The moment by which the list is sorted; ties are broken by `id`. */
  readonly sortBy: keyof Row & string;
}

/** Reads up to `limit` rows past a place, in the order of the list. */
export type RowReader<Row> = (after: Position | undefined, limit: number) => Promise<Row[]>;

/**
 * Reads one page by keyset: the rows past the cursor's (moment, id), in that order. Rows that arrive meanwhile shift
 * nothing, so that no row comes twice or is left out. One row more than the limit is read to learn whether there is a
 * next page.
 */
export async function readPage<Row extends { id: number }>(
  { limit, cursor, scope, sortBy }: PageRequest<Row>,
  read: RowReader<Row>,
): Promise<Page<Row>> {
  const rows = await read(cursor === undefined ? undefined : decodeCursor(cursor, scope), limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items, nextCursor: null };
  return { items, nextCursor: encodeCursor({ moment: String(last[sortBy]), id: last.id }, scope) };
}

/** The same page with its rows made into answers. */
export function mapPage<Row, Answer>(
  { items, nextCursor }: Page<Row>,
  map: (row: Row) => Answer,
): Page<Answer> {
  return { items: items.map(map), nextCursor };
}

/** The scope of a list: its name and its filters, in a form that does not depend on how they were written. */
export function scopeOf(list: string, filters: object = {}): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  return `${list}?${JSON.stringify(given.sort(([a], [b]) => a.localeCompare(b)))}`;
}
