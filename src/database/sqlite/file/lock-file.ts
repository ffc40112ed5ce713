import { readFileSync, truncateSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle, type Statement } from 'better-sqlite3';
import { isDamage, sqliteCodeOf } from '../connection/errors.js';

/** What the holder of the lock does with the file. Other processes may use the file beside `serving` only. */
const PURPOSES = ['starting on', 'serving', 'restoring', 'compacting', 'importing into', 'moving'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Where a change feed stands. */
export interface FeedHead {
  readonly identity: string;
  readonly position: number;
}

/** The record of the last process that served the file. */
export interface RunRecord {
  readonly pid: number;
  readonly started: string;
  /** When it closed the file; `null` after an unclean end. */
  readonly ended: string | null;
  /** The salt of the write-ahead log that it began (see `walMismatch`). */
  readonly logSalt: number | null;
  /** Whether it found damage in the file. */
  readonly metDamage: boolean;
  /** Where the change feed stood when it closed the file; before that, after its last write. */
  readonly feed?: FeedHead | undefined;
  /** The start of the machine during which this holds although it is not synced to disk. */
  readonly boot?: string | undefined;
}

/** Offsets of `user_version` and `application_id`, which hold the purpose and the process id of the holder. */
const PURPOSE_OFFSET = 60;
const PID_OFFSET = 68;
const HEADER_BYTES = 100;
/** The `user_version` of a new lock file is 0. */
const FIRST_PURPOSE = 1;

/**
 * Opens and holds a lock. A file that is no database, as a power cut may leave it, cannot be held by any process; it is
 * truncated and not replaced, because another process may be about to hold the same inode.
 * @throws an SQLite error, such as SQLITE_BUSY where another process holds it.
 */
export function openExclusively(path: string, timeout: number): SqliteHandle {
  try {
    return openOnce(path, timeout);
  } catch (error) {
    if (!isDamage(error)) throw error;
    truncateSync(path, 0);
    return openOnce(path, timeout);
  }
}

/** The journal is in memory, so that there is no file beside the lock. */
function openOnce(path: string, timeout: number): SqliteHandle {
  const handle = new Sqlite(path, { timeout });
  try {
    handle.pragma('locking_mode = EXCLUSIVE');
    handle.pragma('journal_mode = MEMORY');
    hold(handle);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

/**
 * In exclusive locking mode SQLite keeps the lock after a transaction. Nothing is written, so that the lock can be held on
 * a full disk. A read-only file cannot be held this way.
 */
function hold(handle: SqliteHandle): void {
  handle.exec('BEGIN EXCLUSIVE; ROLLBACK');
}

/**
 * Writes the process id and the purpose of the holder. On a full disk the lock is held without them; other processes then
 * read the purpose as `starting on`.
 */
export function writeHolder(handle: SqliteHandle, purpose: Purpose, run?: RunRecord): void {
  try {
    handle.pragma('synchronous = FULL');
    // First what needs no new page.
    handle.pragma(`application_id = ${process.pid}`);
    handle.pragma(`user_version = ${FIRST_PURPOSE + PURPOSES.indexOf(purpose)}`);
    if (run) {
      handle.exec('CREATE TABLE IF NOT EXISTS holder (id integer PRIMARY KEY, run text NOT NULL)');
      handle.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?)').run(JSON.stringify(run));
    }
  } catch (error) {
    if (!/^SQLITE_(?:FULL|IOERR)/.test(sqliteCodeOf(error) ?? '')) throw error;
    // SQLite releases the lock after such an error.
    hold(handle);
  }
}

/** Writes a run record without syncing: what a process wrote outlives it for as long as the machine runs. */
export class UnsyncedRecord {
  private readonly update: Statement<[string]>;

  constructor(private readonly handle: SqliteHandle) {
    this.update = handle.prepare('UPDATE holder SET run = ? WHERE id = 1');
    handle.pragma('synchronous = OFF');
  }

  /** @throws an SQLite error; the lock is held all the same. */
  write(run: RunRecord): void {
    try {
      this.update.run(JSON.stringify(run));
    } catch (error) {
      hold(this.handle);
      throw error;
    }
  }
}

/** Says which start of the machine this is; undefined where the system does not tell. */
export function bootOf(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * @returns `undefined` where there is no valid record.
 * @throws an SQLite error where another process holds the lock, or it cannot be read.
 */
export function readRunRecord(handle: SqliteHandle): RunRecord | undefined {
  try {
    return JSON.parse(String(handle.prepare('SELECT run FROM holder').pluck().get())) as RunRecord;
  } catch (error) {
    const code = sqliteCodeOf(error);
    if (code === undefined || code === 'SQLITE_ERROR' || isDamage(error)) return undefined;
    throw error;
  }
}

/** Reads the holder from the bytes of the file, because SQLite cannot open a held lock. For locks of other processes. */
export function readHolder(path: string): [pid: number | undefined, purpose: Purpose] {
  const header = readFileSync(path).subarray(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return [undefined, 'starting on'];
  const purpose = PURPOSES[header.readUInt32BE(PURPOSE_OFFSET) - FIRST_PURPOSE] ?? 'starting on';
  return [header.readUInt32BE(PID_OFFSET) || undefined, purpose];
}
