import type { Database as SqliteHandle } from 'better-sqlite3';

/** How many pages are moved at once: 8 MB, which the log has to take before they are in place. */
const PAGES_AT_ONCE = 2000;

/**
 * Gives back to the disk what the database does not need: its write-ahead log, and room of rows that were deleted,
 * some of it at each call. Files that the first backend made do not shrink: there, new rows take the room of the old.
 *
 * @param writer the connection that writes; nothing is done while it is in a transaction.
 * @throws SqliteError where there is no room even for this, or another program holds a lock.
 */
export function reclaimSpace(writer: SqliteHandle): void {
  if (writer.inTransaction) return;
  writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  if (writer.pragma('freelist_count', { simple: true }) === 0) return;
  writer.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE}); PRAGMA wal_checkpoint(TRUNCATE)`);
}
