import { CONTENT_TABLES, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { passes } from './filters.js';
import { entryOf, readTexts, type EventRow, type MessageRow, type RowOfKind } from './rows.js';
import type { SearchFilters } from './search.types.js';

/** Where nothing was found, so many of the newest rows are looked through for parts of words. */
const NEWEST_ROWS = 20_000;
const MAX_FOUND = 50;

export interface UnrankedRows {
  readonly event?: readonly EventRow[];
  readonly message?: readonly MessageRow[];
}

/** The newest rows that hold one of these texts, in a word as well. */
export async function findParts<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  parts: readonly string[],
  filters: SearchFilters,
  newest: number,
): Promise<RowOfKind[Kind][]> {
  const { name } = CONTENT_TABLES[kind];
  const patterns = parts.map((part) => `%${part.replace(/[\\%_]/g, '\\$&')}%`);
  const columns = searchedColumns(kind);
  const conditions = columns.flatMap((column) =>
    patterns.map(() => `lower(CAST("${column}" AS text)) LIKE ? ESCAPE '\\'`),
  );
  const where = `id IN (SELECT id FROM (SELECT id, ${columns.map((column) => `"${column}"`).join(', ')} FROM "${name}"
    WHERE id <= ? ORDER BY id DESC LIMIT ?) AS newest WHERE ${conditions.join(' OR ')} ORDER BY id DESC LIMIT ?)`;
  const values = [newest, NEWEST_ROWS, ...columns.flatMap(() => patterns), MAX_FOUND];
  const rows = await readTexts(reader, kind, where, values);
  return rows.filter((row) => passes(filters, row));
}

/** The newest rows, where a query has nothing to rank by. */
export function findNewest<Kind extends IndexedKind>(
  reader: ThreadReader,
  kind: Kind,
  filters: SearchFilters,
  limit: number,
): Promise<RowOfKind[Kind][]> {
  const conditions: string[] = [];
  const values: string[] = [];
  for (const { field, column } of CONTENT_TABLES[kind].columns) {
    const value = filters[field as keyof SearchFilters];
    if (value === undefined) continue;
    conditions.push(`"${column}" = ?`);
    values.push(value);
  }
  const { timeColumn } = CONTENT_TABLES[kind];
  for (const [comparison, value] of [
    ['>=', filters.since],
    ['<', filters.until],
  ] as const) {
    if (value === undefined) continue;
    conditions.push(`"${timeColumn}" ${comparison} ?`);
    values.push(value);
  }
  const where = conditions.length === 0 ? '' : `${conditions.join(' AND ')} `;
  const order =
    kind === 'message' && filters.sessionId === undefined ? 'id DESC' : `"${timeColumn}" DESC, id DESC`;
  return readTexts(reader, kind, `${where || '1 = 1 '}ORDER BY ${order} LIMIT ?`, [...values, limit]);
}

function searchedColumns(kind: IndexedKind): string[] {
  const { search } = entryOf(kind);
  return CONTENT_TABLES[kind].columns
    .filter(({ field }) => search.body.includes(field))
    .map(({ column }) => column);
}
