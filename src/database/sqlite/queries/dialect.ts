import type { Dialect } from '../../queries/dialect.js';
import { DIGEST_FUNCTION } from '../connection/settings.js';
import { SQLITE_SEARCH } from './search-dialect.js';

export const SQLITE_DIALECT: Dialect = {
  noLimit: -1,
  // SQLite never reorders a CROSS JOIN.
  lookUp: (table, condition) => `CROSS JOIN ${table} ON ${condition}`,
  namesIndexes: true,
  estimatesPairs: true,
  mergesRanges: true,
  readsOneByOne: true,
  hasNumericFlags: true,
  runsOnEventLoop: true,
  derivesByTriggers: true,
  storedBytes: (column) => `octet_length(${column})`,
  sizesOf: () => ({
    text: `SELECT s.tbl_name AS "name",
        sum(CASE WHEN s.type = 'table' THEN d.pgsize - d.unused ELSE 0 END) AS "tableBytes",
        sum(CASE WHEN s.type = 'index' THEN d.pgsize - d.unused ELSE 0 END) AS "indexBytes"
      FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name WHERE d.aggregate = true GROUP BY 1`,
    values: [],
  }),
  digestOf: (column) => `${DIGEST_FUNCTION}(${column})`,
  mergesPagesOnMove: true,
  clockMs: "CAST(unixepoch('subsec') * 1000 AS integer)",
  returning: () => '',
  insertedId: Number,
  search: SQLITE_SEARCH,
  toDriver: (text) => text,
};
