import { createHash } from 'node:crypto';
import type { Database as SqliteHandle } from 'better-sqlite3';

/** The function of the connection that writes which PostgreSQL has by itself. */
export const DIGEST_FUNCTION = 'sha256_hex';

/**
 * The `prepareDatabase` hook of the writer. TypeORM enables WAL after it (`enableWAL`), because `auto_vacuum` is ignored
 * in a file that is already in WAL mode. `synchronous = FULL` makes an acknowledged commit survive a power cut.
 */
export function prepareWriter(handle: SqliteHandle): void {
  // It only takes effect in an empty file; elsewhere it would needlessly ask for the write lock.
  if (handle.pragma('page_count', { simple: true }) === 0) handle.pragma('auto_vacuum = INCREMENTAL');
  handle.pragma('synchronous = FULL');
  handle.pragma('trusted_schema = OFF');
  handle.pragma('cell_size_check = ON');
  handle.pragma('journal_size_limit = 67108864');
  handle.pragma('temp_store = MEMORY');
  handle.function(DIGEST_FUNCTION, { deterministic: true, directOnly: true }, (text) =>
    createHash('sha256').update(String(text)).digest('hex'),
  );
}

/** The `prepareDatabase` hook of the reader. */
export function prepareReader(handle: SqliteHandle): void {
  handle.pragma('query_only = ON');
  handle.pragma('trusted_schema = OFF');
  handle.pragma('cell_size_check = ON');
  handle.pragma('temp_store = MEMORY');
}
