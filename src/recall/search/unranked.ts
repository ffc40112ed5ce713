import { fold } from '../../text/fold.js';
import { CONTENT_TABLES, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { passes } from './filters.js';
import {
  MAX_SCANNED_CHARACTERS,
  readTexts,
  takeTexts,
  type EventRow,
  type MessageRow,
  type RowOfKind,
} from './rows.js';
import type { SearchFilters } from './search.types.js';

/** Where nothing was found, so many of the newest rows are looked through for parts of words. */
const NEWEST_ROWS = 20_000;
/** All of them together, and those that are read at once. */
const PARTS_BYTES = 8_388_608;
const SLICE = 'id <= ? ORDER BY id DESC LIMIT ?';
const SLICE_ROWS = 1000;
const SLICE_BOUNDS = { maxCharacters: MAX_SCANNED_CHARACTERS, maxBytes: 2_097_152 };
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
  const folded = parts.map(fold);
  const found: RowOfKind[Kind][] = [];
  let upTo = newest;
  let budget = PARTS_BYTES;
  for (let read = 0; read < NEWEST_ROWS && budget > 0;) {
    const { rows, bytes } = await takeTexts(reader, kind, SLICE, [upTo, SLICE_ROWS], SLICE_BOUNDS);
    for (const row of rows) {
      if (!passes(filters, row) || !holdsAny(row.text, folded)) continue;
      found.push(row);
      if (found.length >= MAX_FOUND) return found;
    }
    const last = rows.at(-1);
    if (!last) break;
    upTo = last.id - 1;
    read += rows.length;
    budget -= bytes;
  }
  return found;
}

function holdsAny(text: string, parts: readonly string[]): boolean {
  const folded = fold(text);
  return parts.some((part) => folded.includes(part));
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
