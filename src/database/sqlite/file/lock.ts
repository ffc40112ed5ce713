import { lstatSync, rmSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { codeOf } from '../../../problems/errors.js';
import { makeOwn, realFile } from '../../../files/files.js';
import { now } from '../../../time/time.js';
import { isDamage, isLocked } from '../connection/errors.js';
import {
  openExclusively,
  readHolder,
  readRunRecord,
  writeHolder,
  type Purpose,
  type RunRecord,
} from './lock-file.js';

export type { Purpose, RunRecord };

/** Another process, or this one, has the file. */
export class DatabaseInUse extends Error {
  readonly code = 'DATABASE_IN_USE';

  constructor(
    readonly file: string,
    readonly pid: number | undefined,
    readonly purpose: Purpose,
  ) {
    const who = pid === undefined ? 'Another process' : `Another process (${pid})`;
    const what = purpose === 'serving' ? '' : ` and is ${purpose} it`;
    super(
      `${pid === process.pid ? 'This process' : who} has the database ${file}${what}. ` +
        'Two on one file would not see each other; stop the other one first.',
    );
    this.name = 'DatabaseInUse';
  }
}

/** The lock is there, and it cannot be told whether a process holds it: so one may. */
export class LockUnreadable extends Error {
  readonly code = 'DATABASE_IN_USE';

  constructor(file: string, cause: unknown) {
    super(
      `Another process may have the database ${file}: its lock ${lockPath(file)} cannot be read ` +
        `(${codeOf(cause) ?? String(cause)}). Use the account of the service, or mend what keeps it from being read.`,
      { cause },
    );
    this.name = 'LockUnreadable';
  }
}

/** How long taking a lock waits, without a turn of the event loop, for a process that only reads the lock. */
const TAKE_TIMEOUT_MS = 1000;
/** How long reading a lock waits for a process that has just taken the file and is writing what for. */
const READ_TIMEOUT_MS = 20;
const held = new Map<string, FileLock>();

/**
 * A lock on a database file that dies with its process, kill -9 included: a small SQLite database beside the file,
 * held exclusively, so that it is a lock of the operating system. The lock file stays when it is released: one that is
 * removed could be held twice. On a network share it is as good as the locks of the share.
 */
export class FileLock {
  readonly previous: RunRecord | undefined;
  private run: RunRecord | undefined;

  private constructor(
    private readonly path: string,
    private readonly handle: SqliteHandle,
    private readonly isNew: boolean,
    /** What this process does with the file. */
    public purpose: Purpose,
  ) {
    this.previous = readRunRecord(handle);
    writeHolder(handle, purpose);
  }

  /**
   * Holds the file, without a record yet that anybody serves it.
   * @throws DatabaseInUse; LinkRefused where something else has the name of the lock; an error with the code of SQLite
   *   or of the file system where no lock can be made, as in a read-only folder.
   */
  static take(file: string, purpose: Purpose = 'starting on', timeout = TAKE_TIMEOUT_MS): FileLock {
    FileLock.refuseIfHeldHere(file);
    const path = lockPath(file);
    const isNew = makeOwn(path);
    let handle: SqliteHandle | undefined;
    try {
      handle = openExclusively(path, timeout);
      const lock = new FileLock(path, handle, isNew, purpose);
      held.set(path, lock);
      return lock;
    } catch (error) {
      handle?.close();
      if (isLocked(error)) throw new DatabaseInUse(file, ...readHolder(path));
      throw error;
    }
  }

  /**
   * For callers that are about to read the bytes of a file: closing it would drop the locks that this process has on it.
   * @throws DatabaseInUse where this process has it.
   */
  static refuseIfHeldHere(file: string): void {
    const lock = held.get(lockPath(file));
    if (lock) throw new DatabaseInUse(file, process.pid, lock.purpose);
  }

  /** Records that this process serves the file, or changes it, from now on. */
  begin(purpose: Purpose = 'serving', logSalt: number | null = null): void {
    this.purpose = purpose;
    this.record({ pid: process.pid, started: now(), ended: null, logSalt, metDamage: false });
  }

  /** Makes the next start check the whole file before it serves. */
  noteDamage(): void {
    if (this.run && !this.run.metDamage) this.record({ ...this.run, metDamage: true });
  }

  /** Releases the file; records a proper end where a beginning was recorded. */
  release(): void {
    if (!held.delete(this.path)) return;
    try {
      if (this.run) this.record({ ...this.run, ended: now() });
    } finally {
      this.handle.close();
    }
  }

  /** Releases a file that is not ours: beside it nothing is left that was not there before. */
  releaseWithoutTrace(): void {
    if (this.isNew) rmSync(this.path, { force: true });
    this.release();
  }

  private record(run: RunRecord): void {
    this.run = run;
    writeHolder(this.handle, this.purpose, run);
  }
}

export interface LockState {
  /** Who has the file; `undefined` where nobody has. */
  readonly holder?: DatabaseInUse;
  readonly previous?: RunRecord | undefined;
}

/**
 * Who has a file, without taking it, and without making anything.
 * @throws LockUnreadable where that cannot be told.
 */
export function readLockState(file: string): LockState {
  const path = lockPath(file);
  const lock = held.get(path);
  if (lock) return { holder: new DatabaseInUse(file, process.pid, lock.purpose) };
  let handle: SqliteHandle | undefined;
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return {};
    handle = new Sqlite(path, { readonly: true, timeout: READ_TIMEOUT_MS });
    return { previous: readRunRecord(handle) };
  } catch (error) {
    if (isLocked(error)) return { holder: new DatabaseInUse(file, ...readHolder(path)) };
    // What is no database cannot be held.
    if (isDamage(error)) return {};
    throw new LockUnreadable(file, error);
  } finally {
    handle?.close();
  }
}

/** The file that is held for a database. */
export function lockPath(file: string): string {
  return `${realFile(file)}.lock`;
}
