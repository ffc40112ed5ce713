import type { Database } from '../../src/database/index.js';
import { SqliteEngine } from '../../src/database/sqlite/sqlite-engine.js';

/** The engine of a database in a file, with what no service sees of it. */
export function sqliteOf({ engine }: Database): SqliteEngine {
  if (engine instanceof SqliteEngine) return engine;
  throw new Error('This database is not in a SQLite file.');
}
