import { placesOf } from '../queries/lists.js';
import type { Query } from '../query.js';
import type { ThreadReader } from '../thread-program.js';
import { countedTermsOf, indexedText } from '../../text/indexed-text.js';
import type { IndexedKind, IndexedRow } from './search.js';
import { searchedEntry, selectTexts, type TextRow } from './text-rows.js';

/** So many rows are taken in by one unit of work: with more, a merge of the index takes longer than writers should wait. */
const BATCH_ROWS = 64;
/** A batch ends with the row that exceeds this: its text takes SQLite some milliseconds. */
const BATCH_CHARACTERS = 50_000;

export interface BatchInput {
  readonly kind: IndexedKind;
  /** Whether fewer rows are a batch as well. */
  readonly isLast?: boolean;
}

/** What a unit of work writes to the text index: new rows, or those that were changed. */
export interface Batch {
  readonly kind: IndexedKind;
  /** The mark before it and after it. */
  readonly from: number;
  readonly to: number;
  /** How many rows of the table lie between, and the sum of their ids. */
  readonly count: number;
  readonly idSum: number;
  /** What was noted of them: the sum of their versions. */
  readonly versions: number;
  /** The stale rows of the batch, each with the version that was noted. */
  readonly stale: readonly StaleRow[];
  readonly queries: readonly Query[];
}

export interface StaleRow {
  readonly id: number;
  readonly version: number;
}

/** The next batch of a kind; undefined where nothing is stale, and fewer rows are new than make a batch. */
export async function prepareBatch(
  reader: ThreadReader,
  { kind, isLast = false }: BatchInput,
): Promise<Batch | undefined> {
  const [state] = await read<{ mark: number }>(reader, {
    text: 'SELECT mark FROM search_marks WHERE kind = ?',
    values: [kind],
  });
  if (!state) return undefined;
  const { mark } = state;
  return (
    (await staleBatch(reader, kind, mark)) ?? (await newBatch(reader, kind, mark, isLast ? 1 : BATCH_ROWS))
  );
}

async function newBatch(
  reader: ThreadReader,
  kind: IndexedKind,
  from: number,
  leastRows: number,
): Promise<Batch | undefined> {
  const found = await read<TextRow>(
    reader,
    selectTexts(kind, 'id > ? ORDER BY id LIMIT ?', [from, BATCH_ROWS]),
  );
  const rows = within(found);
  const last = rows.at(-1);
  if (!last || found.length < leastRows) return undefined;
  const indexed = rows.map((row) => indexedRow(kind, row));
  const [noted] = await read<{ versions: number }>(reader, {
    text: 'SELECT coalesce(sum(version), 0) AS versions FROM search_stale WHERE kind = ? AND id > ? AND id <= ?',
    values: [kind, from, last.id],
  });
  return {
    kind,
    from,
    to: last.id,
    count: rows.length,
    idSum: rows.reduce((sum, { id }) => sum + id, 0),
    versions: Number(noted?.versions),
    stale: [],
    queries: [
      reader.dialect.search.add(kind, indexed),
      reader.dialect.search.addTerms(kind, documentsOf(indexed)),
      {
        text: 'DELETE FROM search_stale WHERE kind = ? AND id > ? AND id <= ?',
        values: [kind, from, last.id],
      },
      moved(kind, last.id, rows.length),
    ],
  };
}

/**
 * A stale row may have been deleted; and the index may have an older text of it, or none. Terms that it still has are counted
 * again: a count that is too high weighs a little less, one that is missing would hide the row.
 */
async function staleBatch(reader: ThreadReader, kind: IndexedKind, mark: number): Promise<Batch | undefined> {
  const { search } = reader.dialect;
  const noted = await read<StaleRow>(reader, {
    text: 'SELECT id, version FROM search_stale WHERE kind = ? AND id <= ? ORDER BY id LIMIT ?',
    values: [kind, mark, BATCH_ROWS],
  });
  if (noted.length === 0) return undefined;
  const found = await read<TextRow>(
    reader,
    selectTexts(kind, `id IN (${placesOf(noted)}) ORDER BY id`, idsOf(noted)),
  );
  const rows = within(found);
  const end = rows.length < found.length ? (rows.at(-1)?.id ?? mark) : mark;
  const stale = noted.filter(({ id }) => id <= end);
  const held = await read<{ id: number }>(reader, search.held(kind, idsOf(stale)));
  const indexed = rows.map((row) => indexedRow(kind, row));
  return {
    kind,
    from: mark,
    to: mark,
    count: 0,
    idSum: 0,
    versions: 0,
    stale,
    queries: [
      search.remove(kind, idsOf(held)),
      search.add(kind, indexed),
      search.addTerms(kind, documentsOf(indexed)),
      {
        text: `DELETE FROM search_stale WHERE kind = ? AND id IN (${placesOf(stale)})`,
        values: [kind, ...idsOf(stale)],
      },
      moved(kind, mark, rows.length - held.length),
    ],
  };
}

function moved(kind: IndexedKind, mark: number, added: number): Query {
  return {
    text: 'UPDATE search_marks SET mark = ?, rows = rows + ? WHERE kind = ?',
    values: [mark, added, kind],
  };
}

function indexedRow(kind: IndexedKind, row: TextRow): IndexedRow {
  return { id: row.id, ...indexedText(row, searchedEntry(kind)) };
}

/** In how many of the rows each term is. */
function documentsOf(rows: readonly IndexedRow[]): Record<string, number> {
  const documents: Record<string, number> = Object.create(null) as Record<string, number>;
  for (const row of rows) {
    for (const term of countedTermsOf(row)) documents[term] = (documents[term] ?? 0) + 1;
  }
  return documents;
}

/** The first rows, up to the size of a batch. */
function within(rows: readonly TextRow[]): TextRow[] {
  let characters = 0;
  const cut = rows.findIndex((row) => {
    for (const value of Object.values(row)) if (typeof value === 'string') characters += value.length;
    return characters > BATCH_CHARACTERS;
  });
  return rows.slice(0, cut < 0 ? rows.length : cut + 1);
}

function idsOf(rows: readonly { readonly id: number }[]): number[] {
  return rows.map(({ id }) => id);
}

async function read<Row>(reader: ThreadReader, query: Query): Promise<Row[]> {
  return (await reader.read<Row>(query)).rows;
}
