import type { Query } from '../query.js';
import type { Dialect } from './dialect.js';
import { READ_BYTES } from './take-slice.js';

interface Shape {
  /** The aliases of the columns that the query selects. */
  readonly properties: readonly string[];
  /** Those of them that are texts. */
  readonly texts: readonly string[];
  /** The ORDER BY of the query, by aliases. */
  readonly order: string;
  /** Whether the query selects `READ_BYTES`. */
  readonly hasReadBytes?: boolean;
}

/**
 * Ends a query before its rows exceed a size, where the engine sends all that a query gives. The first row that does not
 * fit is among the rows, so that the reader knows that there are more, also behind a first row that is larger by itself.
 * The size of a text is known without reading it.
 */
export function withinBytes(
  { readsOneByOne }: Dialect,
  query: Query,
  { properties, texts, order, hasReadBytes = false }: Shape,
  maxBytes = Infinity,
): Query {
  if (readsOneByOne || maxBytes === Infinity) return query;
  const sizes = texts.map((text) => `coalesce(octet_length(CAST("${text}" AS text)), 0)`);
  const size = [...sizes, ...(hasReadBytes ? [`coalesce("${READ_BYTES}", 0)`] : []), '0'].join(' + ');
  const columns = [...properties, ...(hasReadBytes ? [READ_BYTES] : [])]
    .map((name) => `"${name}"`)
    .join(', ');
  return {
    text:
      `SELECT ${columns} FROM (SELECT ${columns}, sum(${size}) OVER (ORDER BY ${order} ROWS BETWEEN ` +
      `UNBOUNDED PRECEDING AND 1 PRECEDING) AS "bytesBefore", row_number() OVER (ORDER BY ${order}) AS "rowNumber" ` +
      `FROM (${query.text}) AS "rows") AS "sized" ` +
      `WHERE "rowNumber" <= 2 OR "bytesBefore" <= ? ORDER BY ${order}`,
    values: [...query.values, maxBytes],
  };
}
