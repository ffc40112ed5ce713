import { readFileSync, truncateSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { isDamage, sqliteCodeOf } from '../connection/errors.js';

/** What the holder of a file does with it. Others may use the file beside one that serves, and beside no other. */
const DOINGS = ['starting on', 'serving', 'restoring', 'importing into'] as const;
export type Purpose = (typeof DOINGS)[number];

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

/** How long to wait, without a turn of the event loop, for a process that looks at the lock and lets it go at once. */
const PATIENCE_MS = 1000;
/** What the holder does, and who it is, stand in the header of the lock (`user_version`, `application_id`). */
const DOING_AT = 60;
const PID_AT = 68;
const FIRST_DOING = 1;

/** What no process can hold, because it is no database (a power cut may leave that), is made anew. */
export function openExclusively(path: string, patienceMs = PATIENCE_MS, isSecondTry = false): SqliteHandle {
  try {
    return openOnce(path, patienceMs);
  } catch (error) {
    if (isSecondTry || !isDamage(error)) throw error;
    // The same file, not a new one: another process may be about to hold it.
    truncateSync(path, 0);
    return openExclusively(path, patienceMs, true);
  }
}

/**
 * The journal stays in memory, for no other file is to lie about. To hold it nothing has to be written, so that it can
 * be held on a full disk; that it could be written is known, for a file that may only be read is not held by this.
 */
function openOnce(path: string, patienceMs: number): SqliteHandle {
  const handle = new Sqlite(path, { timeout: patienceMs });
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

/** In this mode of locking, the end of a transaction lets nothing go. An empty file is not written to either. */
function hold(handle: SqliteHandle): void {
  handle.exec('BEGIN EXCLUSIVE; ROLLBACK');
}

const MAKE_TABLE =
  'CREATE TABLE IF NOT EXISTS holder (id integer PRIMARY KEY CHECK (id = 1), run text NOT NULL)';

export function writeRunRecord(handle: SqliteHandle, run: RunRecord): void {
  unlessFull(handle, () => {
    handle.exec(MAKE_TABLE);
    handle.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?)').run(JSON.stringify(run));
  });
}

/** For others, who cannot read more than the bytes: what this process does with the file. */
export function writePurpose(handle: SqliteHandle, doing: Purpose): void {
  unlessFull(handle, () => {
    handle.pragma(`application_id = ${process.pid}`);
    handle.pragma(`user_version = ${FIRST_DOING + DOINGS.indexOf(doing)}`);
  });
}

/** On a full disk the file is held without a word of who does: others then take it for one that is about to change. */
function unlessFull(handle: SqliteHandle, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!FULL.test(sqliteCodeOf(error) ?? '')) throw error;
    // SQLite lets go of the file after such an error.
    hold(handle);
  }
}

const FULL = /^SQLITE_(?:FULL|IOERR)/;

/** @throws an error with the code of SQLite where the lock is held by another, or cannot be read. */
export function readRunRecord(handle: SqliteHandle): RunRecord | undefined {
  try {
    return JSON.parse(String(handle.prepare('SELECT run FROM holder').pluck().get())) as RunRecord;
  } catch (error) {
    const code = sqliteCodeOf(error);
    // No note, or none that makes sense.
    if (code === undefined || code === 'SQLITE_ERROR' || isDamage(error)) return undefined;
    throw error;
  }
}

/** Read from the bytes: the lock keeps SQLite out. Only ever of a file that another process holds. */
export function holderIn(path: string): [pid: number | undefined, doing: Purpose] {
  const header = readFileSync(path).subarray(0, 100);
  const at = (place: number): number => (header.length < 100 ? 0 : header.readUInt32BE(place));
  return [at(PID_AT) || undefined, DOINGS[at(DOING_AT) - FIRST_DOING] ?? 'starting on'];
}
