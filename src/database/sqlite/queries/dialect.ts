import type { Dialect } from '../../queries/dialect.js';

export const SQLITE_DIALECT: Dialect = {
  noLimit: -1,
  // SQLite never reorders a CROSS JOIN.
  orderedJoin: 'CROSS JOIN',
  namesIndexes: true,
  readsOneByOne: true,
  hasNumericFlags: true,
  returning: () => '',
  insertedId: Number,
  toDriver: (text) => text,
};
