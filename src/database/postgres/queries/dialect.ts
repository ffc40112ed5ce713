import { LRUCache } from 'lru-cache';
import type { Dialect, MeasuredTable } from '../../queries/dialect.js';
import type { Query } from '../../query.js';
import { POSTGRES_SEARCH } from './search-dialect.js';

const texts = new LRUCache<string, string>({ max: 500 });

export const POSTGRES_DIALECT: Dialect = {
  noLimit: null,
  // Its LIMIT keeps the planner from reading all rows that the filters match, which may be millions, for a hash join.
  lookUp: (table, condition) =>
    `CROSS JOIN LATERAL (SELECT * FROM ${table} WHERE ${condition} LIMIT 1) AS ${table}`,
  namesIndexes: false,
  estimatesPairs: false,
  mergesRanges: false,
  readsOneByOne: false,
  hasNumericFlags: false,
  runsOnEventLoop: false,
  derivesByTriggers: false,
  storedBytes: (column) => `COALESCE(pg_column_size(${column}), 0)`,
  sizesOf,
  digestOf: (column) => `encode(sha256(convert_to(${column}, 'UTF8')), 'hex')`,
  mergesPagesOnMove: false,
  clockMs: 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)',
  returning: (column) => ` RETURNING ${column} AS "id"`,
  insertedId: (result) => (result as readonly { readonly id: number }[])[0]?.id ?? 0,
  search: POSTGRES_SEARCH,
  toDriver: numbered,
};

/** `$1`, `$2` for the question marks: our statements have none in literals. */
function numbered(text: string): string {
  const known = texts.get(text);
  if (known !== undefined) return known;
  let count = 0;
  const made = text.replaceAll('?', () => `$${++count}`);
  texts.set(text, made);
  return made;
}

const ROW_BYTES = 28;

/**
 * Neither a table nor an index becomes smaller where rows are deleted: their space is used again. So the rows are added up, and an
 * index counts by the part of its table that they are.
 */
function sizesOf(tables: readonly MeasuredTable[]): Query {
  const live = (columns: MeasuredTable['columns']): string =>
    columns.map(({ column }) => `COALESCE(pg_column_size("${column}"), 0)`).join(' + ');
  const each = tables.map(
    ({ name, columns }) => `SELECT '${name}' AS name, pg_table_size('"${name}"') AS whole,
      pg_indexes_size('"${name}"') AS indexes,
      (SELECT sum(${ROW_BYTES} + ${columns.length === 0 ? 'pg_column_size(t)' : live(columns)}) FROM "${name}" AS t) AS live`,
  );
  const held = 'LEAST(whole, COALESCE(live, whole))';
  return {
    text: `SELECT name, CAST(${held} AS bigint) AS "tableBytes",
        CAST(indexes * (${held} / CAST(GREATEST(whole, 1) AS double precision)) AS bigint) AS "indexBytes"
      FROM (${each.join(' UNION ALL ')}) AS measured`,
    values: [],
  };
}
