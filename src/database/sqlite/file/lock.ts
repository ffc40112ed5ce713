import { lstatSync, rmSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { codeOf } from '../../../problems/errors.js';
import { makeOwn, realFile } from '../../../files/files.js';
import { now } from '../../../time/time.js';
import { isDamage, isLocked } from '../connection/errors.js';
import {
  holderIn,
  openExclusively,
  readRunRecord,
  writePurpose,
  writeRunRecord,
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
        `(${whyNoLock(cause)}). Use the account of the service, or mend what keeps it from being read.`,
      { cause },
    );
    this.name = 'LockUnreadable';
  }
}

/** Long enough for who just takes the file to say what for. */
const LOOK_MS = 20;
const held = new Map<string, FileLock>();

/**
 * A lock on a database file that dies with its process, kill -9 included: a small SQLite database beside the file,
 * held exclusively, so that it is a lock of the operating system. It stays when it is let go: a lock file that is
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
    writePurpose(handle, purpose);
  }

  /**
   * Holds the file, without a note yet that anybody serves it.
   * @throws DatabaseInUse; LinkRefused where something else has the name of the lock; an error with the code of SQLite
   *   or of the file system where no lock can be made, as in a read-only folder.
   */
  static take(file: string, doing: Purpose = 'starting on', patienceMs?: number): FileLock {
    FileLock.refuseIfHeldHere(file);
    const path = lockPath(file);
    const isNew = makeOwn(path);
    let handle: SqliteHandle | undefined;
    try {
      handle = openExclusively(path, patienceMs);
      const lock = new FileLock(path, handle, isNew, doing);
      held.set(path, lock);
      return lock;
    } catch (error) {
      handle?.close();
      if (isLocked(error)) throw new DatabaseInUse(file, ...holderIn(path));
      throw error;
    }
  }

  /**
   * For who is about to look at the bytes of a file: closing it would drop the locks that this process has on it.
   * @throws DatabaseInUse where this process has it.
   */
  static refuseIfHeldHere(file: string): void {
    const lock = held.get(lockPath(file));
    if (lock) throw new DatabaseInUse(file, process.pid, lock.purpose);
  }

  /** Notes that this process serves the file, or changes it, from now on. */
  begin(doing: Purpose = 'serving', logSalt: number | null = null): void {
    this.purpose = doing;
    this.note({ pid: process.pid, started: now(), ended: null, logSalt, metDamage: false });
    writePurpose(this.handle, doing);
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

  /** Lets a file go that is not ours: beside it nothing is left that was not there before. */
  releaseWithoutTrace(): void {
    if (this.isNew) rmSync(this.path, { force: true });
    this.release();
  }

  private note(run: RunRecord): void {
    this.run = run;
    writeRunRecord(this.handle, run);
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

/** Whether a process has the file. */
export function isInUse(file: string): boolean {
  return readLockState(file).holder !== undefined;
}

export interface LockState {
  /** Who has the file; `undefined` where nobody has. */
  readonly holder: DatabaseInUse | undefined;
  readonly previous: RunRecord | undefined;
}

/**
 * Who has a file, without taking it, and without making anything.
 * @throws LockUnreadable where that cannot be told.
 */
export function readLockState(file: string): LockState {
  const path = lockPath(file);
  const lock = held.get(path);
  if (lock) return { holder: new DatabaseInUse(file, process.pid, lock.purpose), previous: undefined };
  let handle: SqliteHandle | undefined;
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return NOBODY;
    handle = new Sqlite(path, { readonly: true, timeout: LOOK_MS });
    return { holder: undefined, previous: readRunRecord(handle) };
  } catch (error) {
    if (isLocked(error)) return { ...NOBODY, holder: new DatabaseInUse(file, ...holderIn(path)) };
    // What is no database cannot be held.
    if (isDamage(error)) return NOBODY;
    throw new LockUnreadable(file, error);
  } finally {
    handle?.close();
  }
}

const NOBODY: LockState = { holder: undefined, previous: undefined };

/** The file that is held for a database. */
export function lockPath(file: string): string {
  return `${realFile(file)}.lock`;
}

/** What kept a lock from being made. */
export function whyNoLock(error: unknown): string {
  return codeOf(error) ?? String(error);
}
