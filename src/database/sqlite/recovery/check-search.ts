import type { Database as SqliteHandle } from 'better-sqlite3';
import { indexedText } from '../../../text/indexed-text.js';
import { tokensOf } from '../../../text/tokens.js';
import { CONTENT_TABLES } from '../../catalogue.js';
import type { Query } from '../../query.js';
import { REINDEX } from '../../search/search.table.js';
import { INDEXED_KINDS, type IndexedKind } from '../../search/search.js';
import { searchedEntry, selectTexts, type TextRow } from '../../search/text-rows.js';
import { SQLITE_SEARCH } from '../queries/search-dialect.js';

/** So many rows of each kind are looked at, from the first to the last, */
const SAMPLES = 200;
/** and so many words of each. */
const MAX_WORDS = 100;

/** Looks whether rows are found by their own words. The pages of the index, and its ids, are checked elsewhere. */
export function checkIndexedTexts(handle: SqliteHandle): string[] {
  return INDEXED_KINDS.flatMap((kind) => {
    const rows = all<TextRow>(handle, selectTexts(kind, `id IN (${SAMPLED_IDS(kind)})`));
    const missed = rows.filter((row) => !isFound(handle, kind, row));
    const { name } = CONTENT_TABLES[kind];
    return missed.length === 0
      ? []
      : [
          `${name}: rows that the text index does not find by their words, of ${rows.length} (${REINDEX}): ${missed.length}`,
        ];
  });
}

/** What is stale has another text in the index, or none. */
const SAMPLED_IDS = (kind: IndexedKind): string => {
  const { name } = CONTENT_TABLES[kind];
  const mark = `(SELECT mark FROM search_marks WHERE kind = '${kind}')`;
  const span = `(${mark} - (SELECT min(id) FROM ${name}))`;
  return `WITH RECURSIVE part (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM part WHERE value < ${SAMPLES - 1})
    SELECT (SELECT min(id) FROM ${name} WHERE id >= (SELECT min(id) FROM ${name}) + ${span} * value / ${SAMPLES - 1}
      AND id <= ${mark} AND id NOT IN (SELECT id FROM search_stale WHERE kind = '${kind}')) FROM part`;
};

function isFound(handle: SqliteHandle, kind: IndexedKind, row: TextRow): boolean {
  const { body, tags } = indexedText(row, searchedEntry(kind));
  const words = [...new Set(`${tags} ${body}`.split(/\s+/))].filter((word) => tokensOf(word).length > 0);
  const match = { all: words.slice(0, MAX_WORDS).map((word) => ({ word })) };
  const [newest] = all<{ id: number }>(
    handle,
    SQLITE_SEARCH.matching(kind, match, { upTo: row.id, newest: 1 }),
  );
  return newest?.id === row.id;
}

function all<Row>(handle: SqliteHandle, { text, values }: Query): Row[] {
  return handle.prepare<unknown[], Row>(text).all(...values);
}
