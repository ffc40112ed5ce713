import { existsSync, readFileSync, realpathSync, readlinkSync, truncateSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { codeOf } from '../common/errors.js';
import { now } from '../common/time.js';
import { isDamage, isLocked } from './sqlite-errors.js';

/** Another process, or this one, serves the file. */
export class DatabaseInUse extends Error {
  readonly code = 'DATABASE_IN_USE';

  constructor(
    readonly file: string,
    readonly pid: number | undefined,
  ) {
    const who = pid === undefined ? 'Another process' : `Another process (${pid})`;
    super(
      `${pid === process.pid ? 'This process' : who} has the database ${file}. ` +
        'Two on one file would not see each other; stop the other one first.',
    );
    this.name = 'DatabaseInUse';
  }
}

/** What the lock remembers of the last process that served the file. */
export interface Run {
  readonly pid: number;
  readonly started: string;
  /** When it closed the file; `null` where it did not come to that. */
  readonly ended: string | null;
  /** A number in the write-ahead log that it began; each new round of the log adds one. */
  readonly logSalt: number | null;
  /** Whether it met damage in the file. */
  readonly metDamage: boolean;
}

/** How long to wait for a process that looks at the lock and lets it go at once. */
const PATIENCE_MS = 1000;
const PID = /\{"pid":(\d+)/;
const held = new Set<string>();

/**
 * A lock on a database file that dies with its process, kill -9 included: a small SQLite database beside the file,
 * held exclusively, so that it is a lock of the operating system. It stays when it is let go: a lock file that is
 * removed could be held twice. On a network share it is as good as the locks of the share.
 */
export class FileLock {
  readonly previous: Run | undefined;
  private run: Run | undefined;

  private constructor(
    private readonly path: string,
    private readonly handle: SqliteHandle,
  ) {
    this.previous = readRun(handle);
  }

  /**
   * Holds the file, without a note yet that anybody serves it.
   * @throws DatabaseInUse; an error with the code of SQLite where no lock can be made, as in a read-only folder.
   */
  static take(file: string): FileLock {
    FileLock.refuseIfHeldHere(file);
    const path = lockPath(file);
    try {
      const lock = new FileLock(path, openExclusively(path));
      held.add(path);
      return lock;
    } catch (error) {
      if (isLocked(error)) throw new DatabaseInUse(file, pidIn(path));
      throw error;
    }
  }

  /**
   * For who is about to look at the bytes of a file: closing it would drop the locks that this process has on it.
   * @throws DatabaseInUse where this process has it.
   */
  static refuseIfHeldHere(file: string): void {
    if (held.has(lockPath(file))) throw new DatabaseInUse(file, process.pid);
  }

  /** Notes that this process serves the file from now on. */
  begin(logSalt: number | null = null): void {
    this.note({ pid: process.pid, started: now(), ended: null, logSalt, metDamage: false });
  }

  /** Lets the next start look at the whole file before it serves. */
  noteDamage(): void {
    if (this.run && !this.run.metDamage) this.note({ ...this.run, metDamage: true });
  }

  /** Lets the file go; notes a proper end where a beginning was noted. */
  release(): void {
    if (!held.delete(this.path)) return;
    try {
      if (this.run) this.note({ ...this.run, ended: now() });
    } finally {
      this.handle.close();
    }
  }

  private note(run: Run): void {
    this.handle.prepare('INSERT OR REPLACE INTO holder VALUES (1, ?)').run(JSON.stringify(run));
    this.run = run;
  }
}

/**
 * Holds a file as a serving process does, for whoever replaces it.
 * @throws DatabaseInUse where one serves it.
 */
export function lockFile(file: string): FileLock {
  const lock = FileLock.take(file);
  lock.begin();
  return lock;
}

/** Whether a process serves the file. */
export function isInUse(file: string): boolean {
  if (held.has(lockPath(file))) return true;
  if (!existsSync(lockPath(file))) return false;
  try {
    FileLock.take(file).release();
    return false;
  } catch (error) {
    return error instanceof DatabaseInUse;
  }
}

/** The file itself where its name is a symbolic link: the files beside it are beside it, not beside the link. */
export function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return resolve(file);
    const target = linkTarget(file);
    return target === undefined ? join(realFolder(dirname(file)), basename(file)) : realFile(target);
  }
}

function realFolder(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : resolve(folder);
}

function linkTarget(file: string): string | undefined {
  try {
    return resolve(dirname(file), readlinkSync(file));
  } catch {
    return undefined;
  }
}

/** The file that is held for a database. */
export function lockPath(file: string): string {
  return `${realFile(file)}.lock`;
}

/** What no process can hold, because it is no database (a power cut may leave that), is made anew. */
function openExclusively(path: string, isSecondTry = false): SqliteHandle {
  try {
    return openOnce(path);
  } catch (error) {
    if (isSecondTry || !isDamage(error)) throw error;
    // The same file, not a new one: another process may be about to hold it.
    truncateSync(path, 0);
    return openExclusively(path, true);
  }
}

/**
 * The journal stays in memory, for no other file is to lie about. What is overwritten is wiped, so that the process id
 * that others find by looking at the bytes is the current one.
 */
function openOnce(path: string): SqliteHandle {
  const handle = new Sqlite(path, { timeout: PATIENCE_MS });
  try {
    handle.pragma('locking_mode = EXCLUSIVE');
    handle.pragma('journal_mode = MEMORY');
    handle.pragma('secure_delete = ON');
    // It writes, so that a file that may only be read is not mistaken for one that is held: there, SQLite takes BEGIN
    // EXCLUSIVE for the beginning of reading.
    handle.exec(`BEGIN EXCLUSIVE;
      PRAGMA user_version = 1;
      CREATE TABLE IF NOT EXISTS holder (id integer PRIMARY KEY CHECK (id = 1), run text NOT NULL);
      COMMIT`);
    return handle;
  } catch (error) {
    handle.close();
    throw error;
  }
}

function readRun(handle: SqliteHandle): Run | undefined {
  try {
    return JSON.parse(String(handle.prepare('SELECT run FROM holder').pluck().get())) as Run;
  } catch {
    return undefined;
  }
}

/** Read from the bytes: the lock keeps SQLite out. Only ever of a file that another process holds. */
function pidIn(path: string): number | undefined {
  try {
    const pid = PID.exec(readFileSync(path, 'latin1'))?.[1];
    return pid === undefined ? undefined : Number(pid);
  } catch {
    return undefined;
  }
}

/** What kept a lock from being made. */
export function whyNoLock(error: unknown): string {
  return codeOf(error) ?? String(error);
}
