import type { Database as SqliteHandle } from 'better-sqlite3';
import type { LogSync } from '../connection/log-sync.js';

/** Pages moved per step: 8 MB, which the log has to hold until the checkpoint. */
const PAGES_PER_STEP = 2000;

/**
 * Returns unused space of the database to the disk: its write-ahead log, and at each call some of its free pages. Files of
 * the first backend have no `auto_vacuum` and do not shrink; new rows reuse their free pages. Never throws: where the disk
 * is full even for this, or the file is locked, the next call tries again.
 *
 * @param writer the read-write connection; nothing is done while it is in a transaction, or its log in doubt.
 */
export function reclaimSpace(writer: SqliteHandle, sync: LogSync): void {
  if (writer.inTransaction || sync.isInDoubt) return;
  try {
    writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    if (writer.pragma('freelist_count', { simple: true }) === 0) return;
    writer.exec(`PRAGMA incremental_vacuum(${PAGES_PER_STEP}); PRAGMA wal_checkpoint(TRUNCATE)`);
  } catch (error) {
    // The next call tries again.
    sync.failed(error);
  }
}

/** Pages of a unit of work: a millisecond. */
const PAGES_PER_UNIT = 100;

/**
 * Moves the last pages of the file to free ones and cuts it, inside a transaction. Files of the first backend stay as large.
 * @returns whether there are more free pages.
 */
export function giveBackPages(writer: SqliteHandle): boolean {
  const freePages = (): number => Number(writer.pragma('freelist_count', { simple: true }));
  const before = freePages();
  if (before > 0) writer.exec(`PRAGMA incremental_vacuum(${PAGES_PER_UNIT})`);
  const after = freePages();
  return after > 0 && after < before;
}
