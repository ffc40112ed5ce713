import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { LinkRefused, OWNER_ONLY, realFile } from '../../../files/files.js';
import { codeOf } from '../../../problems/errors.js';
import { FileRefused, fileKindOf } from './header.js';
import { inspect, keepLogWhileReading, requireOwnFile } from './inspection.js';
import { DatabaseInUse, FileLock, lockPath, readLockState, type Purpose, type RunRecord } from './lock.js';
import { walMismatch } from './write-ahead-log.js';

/*
 * The only way to open a database file. Every caller goes through here, so that the path is resolved, no other process is
 * about to replace the file (the lock), and SQLite does not apply the write-ahead log of another file. `openExclusive`
 * takes the lock; `openAlongside` works beside a service, or while none runs.
 */

/** A file that this process has exclusively. There is no lock in a folder where none can be created. */
export interface TakenFile {
  readonly path: string;
  readonly lock: FileLock | undefined;
}

export type AccessMode = 'read' | 'write';

interface TakeOptions {
  readonly purpose?: Purpose;
  readonly log: LoggerService;
  /** Whether the file may be that of another program: a forced restore moves it away. */
  readonly allowForeign?: boolean;
}

/**
 * Takes the lock of a file and calls `accept`; releases the lock only where that fails.
 * @param accept throws `FileRefused` for a file that must not be touched: then no lock file is left beside it.
 * @throws DatabaseInUse where another process has the file; the error of `accept`.
 */
export async function openExclusive<T>(
  name: string,
  { purpose, log, allowForeign = false }: TakeOptions,
  accept: (taken: TakenFile) => Promise<T>,
): Promise<T> {
  const path = realFile(name);
  FileLock.refuseIfHeldHere(path);
  // Checked before the lock file is created: a file of another program is not touched.
  if (!(allowForeign && statSync(path, { throwIfNoEntry: false })?.isFile())) fileKindOf(path);
  mkdirSync(dirname(path), { recursive: true });
  const lock = await takeOrWarn(path, purpose, log);
  return releaseOnFailure(lock, () => accept({ path, lock }));
}

/**
 * Works on an existing file that a service may be serving. `read` opens it read-only. `write` uses short transactions
 * beside a service, and otherwise holds the lock.
 * @throws DatabaseInUse while another process restores, imports into or starts on the file; FileRefused where it is of
 *   another program, or its log is that of another file; the error of the work.
 */
export async function openAlongside<T>(
  name: string,
  mode: AccessMode,
  work: (path: string) => T | Promise<T>,
): Promise<T> {
  const path = realFile(name);
  if (!existsSync(path)) throw new Error(`There is no database at ${name}; DB_PATH says where it is.`);
  const { holder, previous } = readLockState(path);
  if (holder && holder.purpose !== 'serving') throw holder;
  if (mode === 'write') return holder ? writeAlongside(path, work) : writeAlone(path, work);
  // The holder has checked the log when it opened the file.
  if (holder) return work(path);
  refuseForeignLog(path, previous);
  const release = keepLogWhileReading(path);
  try {
    return await work(path);
  } finally {
    release();
  }
}

/**
 * Works on an existing file that nobody serves meanwhile, and leaves it as it is.
 * @throws DatabaseInUse; FileRefused where it is of another program, or its log is that of another file.
 */
export async function openStill<T>(
  name: string,
  purpose: Purpose,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = realFile(name);
  FileLock.refuseIfHeldHere(path);
  const reading = async (): Promise<T> => {
    const release = keepLogWhileReading(path);
    try {
      return await work(path);
    } finally {
      release();
    }
  };
  const { lock, result } = await takeOwn(path, reading, purpose);
  lock.release();
  return result;
}

async function writeAlone<T>(path: string, work: (path: string) => T | Promise<T>): Promise<T> {
  const { lock, result } = await takeOwn(path, work);
  lock.release();
  return result;
}

/** The service may end meanwhile and a restore begin, which moves the file away together with this write. */
async function writeAlongside<T>(path: string, work: (path: string) => T | Promise<T>): Promise<T> {
  const { ino } = statSync(path);
  await requireOwnFile(inspect(path));
  const result = await work(path);
  if (statSync(path, { throwIfNoEntry: false })?.ino === ino) return result;
  throw new Error(
    'The database was replaced meanwhile; what was written is in the file that was moved away.',
  );
}

/** For the TypeORM command line, which opens files by itself. The lock is released when the process ends. */
export async function takeForTypeorm(path: string): Promise<void> {
  await takeOwn(path, () => undefined);
  // TypeORM has just created it.
  if (statSync(path).size === 0) chmodSync(path, OWNER_ONLY);
}

/** Takes the lock of a file without recovery or migration, and works on it. @throws FileRefused for a foreign file. */
async function takeOwn<T>(
  path: string,
  work: (path: string) => T | Promise<T>,
  purpose?: Purpose,
): Promise<{ lock: FileLock; result: T }> {
  fileKindOf(path);
  const lock = FileLock.take(path, purpose);
  return releaseOnFailure(lock, async () => {
    refuseForeignLog(path, lock.previous);
    await requireOwnFile(inspect(path));
    return { lock, result: await work(path) };
  });
}

async function releaseOnFailure<T>(lock: FileLock | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileRefused) lock?.releaseWithoutTrace();
    else lock?.release();
    throw error;
  }
}

/** SQLite would apply the log, and show its rows even to a read-only connection. @throws FileRefused. */
function refuseForeignLog(path: string, previous: RunRecord | undefined): void {
  const mismatch = walMismatch(path, previous?.logSalt ?? null);
  if (mismatch === undefined) return;
  const reason = `The write-ahead log beside it is not its own: ${mismatch}. Start the service once: it moves it aside.`;
  throw new FileRefused(reason, reason);
}

/** A command such as `password` holds the lock for a moment only: a start waits up to nine seconds for it. */
const MAX_ATTEMPTS = 60;
const TRY_TIMEOUT_MS = 20;
const RETRY_DELAY_MS = 130;

/**
 * In a read-only folder the service starts without a lock. An existing lock that cannot be opened, such as that of another
 * user, may be held: then the start fails.
 */
async function takeOrWarn(
  path: string,
  purpose: Purpose | undefined,
  log: LoggerService,
): Promise<FileLock | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      return FileLock.take(path, purpose, TRY_TIMEOUT_MS);
    } catch (error) {
      if (error instanceof LinkRefused) throw new FileRefused(error.message, LINK_REASON);
      if (error instanceof DatabaseInUse) {
        if (tries === MAX_ATTEMPTS || error.pid === process.pid || error.purpose === 'serving') throw error;
        await sleep(RETRY_DELAY_MS);
        continue;
      }
      if (existsSync(lockPath(path))) throw error;
      const why = codeOf(error) ?? String(error);
      log.warn(`No lock can be made beside the database (${why}): a second process would not be noticed.`);
      return undefined;
    }
  }
}

const LINK_REASON = 'The lock beside it is a symbolic link, which is not followed. Remove it.';
