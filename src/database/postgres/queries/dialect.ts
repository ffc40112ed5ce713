import { LRUCache } from 'lru-cache';
import type { Dialect } from '../../queries/dialect.js';
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
  derivesByTriggers: false,
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
