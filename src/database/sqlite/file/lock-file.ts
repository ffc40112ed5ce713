import { readFileSync, truncateSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { isDamage, sqliteCodeOf } from '../connection/errors.js';

/** What the holder of a file does with it. Others may use the file beside one that serves, and beside no other. */
const PURPOSES = ['starting on', 'serving', 'restoring', 'importing into'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What the lock remembers of the last process that served the file. */
export interface RunRecord {
  readonly pid: number;
  readonly started: string;
  /** When it closed the file; `null` where it did not come to that. */
  readonly ended: string | null;
  /** The salt of the write-ahead log that it began (see `walMismatch`). */
  readonly logSalt: number | null;
  /** Whether it met damage in the file. */
  readonly metDamage: boolean;
}

/** Where SQLite keeps `user_version` and `application_id`, which stand for the purpose and the process of the holder. */
const PURPOSE_AT = 60;
const PID_AT = 68;
const HEADER_BYTES = 100;
/** In a lock that was made just now the `user_version` is 0. */
const FIRST_PURPOSE = 1;

/**
 * Opens and holds a lock. What is no database (a power cut may leave that) cannot be held by any process; it is emptied
 * and not replaced, for another process may be about to hold the same file.
 * @throws an error with the code of SQLite, as where another process holds it.
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

/** The journal stays in memory, so that no other file lies beside the lock. */
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
 * In exclusive locking mode the end of a transaction keeps the lock. Nothing is written, so that a lock can be held on a
 * full disk; a file that may only be read is not held by this.
 */
function hold(handle: SqliteHandle): void {
  handle.exec('BEGIN EXCLUSIVE; ROLLBACK');
}

/**
 * Writes who holds the file and what for. On a full disk the file is held all the same; others then take the holder for
 * one that is about to change the file.
 */
export function writeHolder(handle: SqliteHandle, purpose: Purpose, run?: RunRecord): void {
  try {
    if (run) {
      handle.exec('CREATE TABLE IF NOT EXISTS holder (id integer PRIMARY KEY, run text NOT NULL)');
      handle.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?)').run(JSON.stringify(run));
    }
    handle.pragma(`application_id = ${process.pid}`);
    handle.pragma(`user_version = ${FIRST_PURPOSE + PURPOSES.indexOf(purpose)}`);
  } catch (error) {
    if (!/^SQLITE_(?:FULL|IOERR)/.test(sqliteCodeOf(error) ?? '')) throw error;
    // SQLite gives the lock up after such an error.
    hold(handle);
  }
}

/**
 * @returns `undefined` where there is no record, or none that makes sense.
 * @throws an error with the code of SQLite where the lock is held by another process, or cannot be read.
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

/** Reads who holds a lock from its bytes, because the lock keeps SQLite out. Only for a lock of another process. */
export function readHolder(path: string): [pid: number | undefined, purpose: Purpose] {
  const header = readFileSync(path).subarray(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return [undefined, 'starting on'];
  const purpose = PURPOSES[header.readUInt32BE(PURPOSE_AT) - FIRST_PURPOSE] ?? 'starting on';
  return [header.readUInt32BE(PID_AT) || undefined, purpose];
}
