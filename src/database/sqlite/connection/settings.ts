import type { Database as SqliteHandle } from 'better-sqlite3';

/** The table in which TypeORM keeps the migrations that were run. */
export const MIGRATIONS_TABLE = 'memory_migrations';

/**
 * The connection hook of the connection that writes; WAL follows it (`enableWAL`), because `auto_vacuum`
 * is ignored in a file that is in WAL already. FULL makes an acknowledged commit survive a power cut.
 */
export function prepareWriter(handle: SqliteHandle): void {
  // Only a file without pages takes it; on any other it would do nothing but ask for the write lock.
  if (handle.pragma('page_count', { simple: true }) === 0) handle.pragma('auto_vacuum = INCREMENTAL');
  handle.pragma('synchronous = FULL');
  handle.pragma('trusted_schema = OFF');
  handle.pragma('cell_size_check = ON');
  handle.pragma('journal_size_limit = 67108864');
  handle.pragma('temp_store = MEMORY');
}

/** The connection hook of the connection that only reads. */
export function prepareReader(handle: SqliteHandle): void {
  handle.pragma('query_only = ON');
  handle.pragma('trusted_schema = OFF');
  handle.pragma('cell_size_check = ON');
  handle.pragma('temp_store = MEMORY');
}
