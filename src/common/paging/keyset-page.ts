import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor } from './cursor.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Where the next page begins; `null` on the last one. */
  readonly nextCursor: string | null;
}

/** How a list is sorted and where its page begins. */
export interface PageRequest<Row> {
  /** The property that holds the moment; ties are broken by `id`. */
  readonly sortBy: keyof Row & string;
  readonly order: 'ASC' | 'DESC';
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Names the list together with its filters; a cursor fits only the scope that it was made for. */
  readonly scope: string;
}

/**
 * Reads one page by keyset: the rows past the cursor's (moment, id), in that order. Rows that arrive
 * meanwhile shift nothing, so that no row comes twice or is left out. One row more than the limit is
 * read to learn whether there is a next page.
 *
 * @param query selects rows under the names of the entity's properties; the page adds place, order and limit.
 */
export async function readPage<Row extends { id: number }>(
  query: SelectQueryBuilder<ObjectLiteral>,
  request: PageRequest<Row>,
): Promise<Page<Row>> {
  const { sortBy, order, limit, cursor, scope } = request;
  if (cursor !== undefined) {
    const { alias } = query;
    const past = order === 'ASC' ? '>' : '<';
    query.andWhere(`(${alias}.${sortBy}, ${alias}.id) ${past} (:moment, :id)`, decodeCursor(cursor, scope));
  }
  const rows = await sorted(query, sortBy, order)
    .limit(limit + 1)
    .getRawMany<Row>();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  if (rows.length <= limit || !last) return { items, nextCursor: null };
  return { items, nextCursor: encodeCursor({ moment: String(last[sortBy]), id: last.id }, scope) };
}

/** Reads all rows of a list, without bound: for in-process callers that ask for everything since a moment. */
export async function readAll<Row>(
  query: SelectQueryBuilder<ObjectLiteral>,
  { sortBy, order }: Pick<PageRequest<Row>, 'sortBy' | 'order'>,
): Promise<Row[]> {
  return sorted(query, sortBy, order).getRawMany<Row>();
}

function sorted(
  query: SelectQueryBuilder<ObjectLiteral>,
  sortBy: string,
  order: 'ASC' | 'DESC',
): SelectQueryBuilder<ObjectLiteral> {
  return query.orderBy(`${query.alias}.${sortBy}`, order).addOrderBy(`${query.alias}.id`, order);
}

/** The scope of a list: its name and its filters, in a form that does not depend on how they were written. */
export function scopeOf(list: string, filters: object = {}): string {
  const given = Object.entries(filters).filter(([name, value]) => value !== undefined && !PLACE.has(name));
  return `${list}?${JSON.stringify(given.sort(([a], [b]) => a.localeCompare(b)))}`;
}

const PLACE: ReadonlySet<string> = new Set(['limit', 'cursor', 'view']);
