import { fold } from '../../text/fold.js';
import { CONTENT_TABLES, type IndexedKind, type ThreadReader } from '../../database/programs.js';
import { conditionOf, indexFilter, passes } from './filters.js';
import {
  MAX_SCANNED_CHARACTERS,
  readAll,
  readTexts,
  readTextsById,
  takeTexts,
  type MessageRow,
  type RowOfKind,
} from './rows.js';
import type { KindScope } from './scope.js';
import type { SearchFilters, SearchInput } from './search.types.js';

/** Where nothing was found, so many of the newest rows are looked through for parts of words. */
const NEWEST_ROWS = 20_000;
/** All of them together, and those that are read at once. */
const PARTS_BYTES = 8_388_608;
const SLICE = 'id <= ? ORDER BY id DESC LIMIT ?';
const SLICE_ROWS = 1000;
const SLICE_BOUNDS = { maxCharacters: MAX_SCANNED_CHARACTERS, maxBytes: 2_097_152 };
const MAX_FOUND = 50;

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
  const { text, values } = conditionOf(kind, filters);
  const order =
    kind === 'message' && filters.sessionId === undefined
      ? 'id DESC'
      : `"${CONTENT_TABLES[kind].timeColumn}" DESC, id DESC`;
  return readTexts(reader, kind, `${text} ORDER BY ${order} LIMIT ?`, [...values, limit]);
}

/** Messages of a time: without their conversation, only the text index knows where they are. */
export async function findNewestMessages(
  reader: ThreadReader,
  { mark, tail }: KindScope<'message'>,
  { filters, limit, now }: SearchInput,
): Promise<MessageRow[]> {
  const { always, newest, where } = indexFilter('message', filters, now);
  const terms = [...always, ...newest];
  if (filters.sessionId !== undefined || terms.length === 0)
    return findNewest(reader, 'message', filters, limit);
  const bounds = { upTo: mark, newest: limit, where, among: NEWEST_ROWS };
  const query = reader.dialect.search.matching('message', { all: terms }, bounds);
  const ids = (await readAll<{ id: number }>(reader, query)).map(({ id }) => Number(id));
  const outside = new Set(tail.map(({ id }) => id));
  const indexed = await readTextsById(
    reader,
    'message',
    ids.filter((id) => !outside.has(id)),
  );
  return [...tail.filter((row) => passes(filters, row)), ...indexed];
}
