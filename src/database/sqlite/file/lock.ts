import { lstatSync, rmSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { codeOf } from '../../../problems/errors.js';
import { createPrivateFile, realFile } from '../../../files/files.js';
import { now } from '../../../time/time.js';
import { isDamage, isLocked } from '../connection/errors.js';
import {
  bootOf,
  openExclusively,
  readHolder,
  readRunRecord,
  writeHolder,
  type FeedHead,
  type Purpose,
  type RunRecord,
  UnsyncedRecord,
} from './lock-file.js';

export type { Purpose, RunRecord };

/** Another process, or this one, holds the lock. */
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

/** The lock file exists but cannot be read: a process may hold it. */
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

/** How long taking a lock blocks while another process reads it. */
const TAKE_TIMEOUT_MS = 1000;
/** How long reading a lock blocks while its new holder writes the purpose. */
const READ_TIMEOUT_MS = 20;
const heldLocks = new Map<string, FileLock>();

/**
 * An advisory lock on a database file: a small SQLite database beside it, in exclusive locking mode. The operating system
 * releases it when the process ends, even by SIGKILL. The lock file stays after the release: two processes could hold two
 * inodes of a removed one. On a network share it is as reliable as the locks of the share.
 */
export class FileLock {
  readonly previous: RunRecord | undefined;
  private run: RunRecord | undefined;
  private unsynced: UnsyncedRecord | undefined;

  private constructor(
    private readonly path: string,
    private readonly handle: SqliteHandle,
    private readonly isNew: boolean,
    public purpose: Purpose,
  ) {
    this.previous = readRunRecord(handle);
  }

  /**
   * Takes the lock, without a run record yet. Without a purpose nothing is written, and the disk is not waited for.
   * @throws DatabaseInUse; LinkRefused where a link has the name of the lock; an error of SQLite or of the file system
   *   where no lock can be created, as in a read-only folder.
   */
  static take(file: string, purpose: Purpose | null = 'starting on', timeout = TAKE_TIMEOUT_MS): FileLock {
    FileLock.refuseIfHeldHere(file);
    const path = lockPath(file);
    const isNew = createPrivateFile(path);
    let handle: SqliteHandle | undefined;
    try {
      handle = openExclusively(path, timeout);
      const lock = new FileLock(path, handle, isNew, purpose ?? 'starting on');
      if (purpose) writeHolder(handle, purpose);
      heldLocks.set(path, lock);
      return lock;
    } catch (error) {
      handle?.close();
      if (isLocked(error)) throw new DatabaseInUse(file, ...readHolder(path));
      throw error;
    }
  }

  /**
   * Called before the bytes of a file are read: closing any descriptor of the file would drop the POSIX locks that SQLite
   * holds on it in this process.
   * @throws DatabaseInUse where this process has the file open.
   */
  static refuseIfHeldHere(file: string): void {
    const lock = heldLocks.get(lockPath(file));
    if (lock) throw new DatabaseInUse(file, process.pid, lock.purpose);
  }

  /** Records that this process serves the file, or changes it, from now on. */
  begin(purpose: Purpose = 'serving', logSalt: number | null = null, feed?: FeedHead): void {
    this.purpose = purpose;
    const run = { pid: process.pid, started: now(), ended: null, logSalt, metDamage: false };
    this.record({ ...run, feed, boot: bootOf() });
  }

  /** Records where the change feed stands; where that fails, nothing is recorded any more. */
  noteFeed(position: number): void {
    if (!this.run?.feed) return;
    this.run = { ...this.run, feed: { ...this.run.feed, position } };
    try {
      this.unsynced ??= new UnsyncedRecord(this.handle);
      this.unsynced.write(this.run);
    } catch {
      this.run = { ...this.run, feed: undefined };
    }
  }

  /**
   * Whether a file is as the last process left it, as far as its change feed tells: also one that was killed, while the
   * machine has run on. It may have been killed between a commit and its note.
   */
  isContinuation({ identity, position }: FeedHead): boolean {
    const { feed, ended, boot } = this.previous ?? {};
    if (feed?.identity !== identity) return false;
    if (ended !== null) return position === feed.position;
    return (
      boot !== undefined &&
      boot === bootOf() &&
      (position === feed.position || position === feed.position + 1)
    );
  }

  /** Makes the next start check the whole file before serving. */
  noteDamage(): void {
    if (this.run && !this.run.metDamage) this.record({ ...this.run, metDamage: true });
  }

  /** Releases the lock; records a clean end, and where the change feed stood, where a run was recorded. */
  release(feed?: FeedHead): void {
    if (!heldLocks.delete(this.path)) return;
    try {
      if (this.run) this.record({ ...this.run, ended: now(), feed });
    } finally {
      this.handle.close();
    }
  }

  /** Releases the lock of a refused file, and removes the lock file where this process created it. */
  releaseWithoutTrace(): void {
    try {
      if (this.isNew) rmSync(this.path, { force: true });
    } finally {
      this.release();
    }
  }

  private record(run: RunRecord): void {
    this.run = run;
    this.unsynced = undefined;
    writeHolder(this.handle, this.purpose, run);
  }
}

export interface LockState {
  /** The holder; `undefined` where the lock is free. */
  readonly holder?: DatabaseInUse;
  readonly previous?: RunRecord | undefined;
}

/**
 * Reads who holds the lock, without taking or creating it.
 * @throws LockUnreadable where the lock cannot be read.
 */
export function readLockState(file: string): LockState {
  const path = lockPath(file);
  const lock = heldLocks.get(path);
  if (lock) return { holder: new DatabaseInUse(file, process.pid, lock.purpose) };
  let handle: SqliteHandle | undefined;
  try {
    if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return {};
    handle = new Sqlite(path, { readonly: true, timeout: READ_TIMEOUT_MS });
    return { previous: readRunRecord(handle) };
  } catch (error) {
    if (isLocked(error)) return { holder: new DatabaseInUse(file, ...readHolder(path)) };
    // A file that is no database cannot be held.
    if (isDamage(error)) return {};
    throw new LockUnreadable(file, error);
  } finally {
    handle?.close();
  }
}

/** The path of the lock file of a database. */
export function lockPath(file: string): string {
  return `${realFile(file)}.lock`;
}
