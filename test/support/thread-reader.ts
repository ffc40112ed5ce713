import type { Database } from '../../src/database/index.js';
import type { ThreadReader } from '../../src/database/programs.js';

/** Reads for a program on this thread, where what it covers is measured. */
export function readerOf({ engine: { rows } }: Database): ThreadReader {
  return {
    dialect: rows.dialect,
    read: async (query, bounds) => rows.read(query, bounds),
    endReading: () => undefined,
  };
}
