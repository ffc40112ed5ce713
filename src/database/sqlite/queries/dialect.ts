import type { Dialect } from '../../queries/dialect.js';
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
  derivesByTriggers: true,
  clockMs: "CAST(unixepoch('subsec') * 1000 AS integer)",
  returning: () => '',
  insertedId: Number,
  search: SQLITE_SEARCH,
  toDriver: (text) => text,
};
