import type { Database as SqliteHandle } from 'better-sqlite3';

/** How many pages are moved at once: 8 MB, which the log has to take before they are in place. */
const PAGES_AT_ONCE = 2000;

/**
 * Gives room that the database does not need back to the disk: that of its write-ahead log, and at each call some of
 * that of deleted rows. Files that the first backend made do not shrink: there, new rows take the room of the old.
 * Never throws: without room even for this, or while another program holds a lock, the next call tries again.
 *
 * @param writer the connection that writes; nothing is done while it is in a transaction.
 */
export function reclaimSpace(writer: SqliteHandle): void {
  if (writer.inTransaction) return;
  try {
    writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    if (writer.pragma('freelist_count', { simple: true }) === 0) return;
    writer.exec(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE}); PRAGMA wal_checkpoint(TRUNCATE)`);
  } catch {
    // Tried again.
  }
}
