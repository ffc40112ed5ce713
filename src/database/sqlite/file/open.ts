import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggerService } from '@nestjs/common';
import { LinkRefused, OWNER_ONLY, realFile } from '../../../files/files.js';
import { codeOf } from '../../../problems/errors.js';
import { FileRefused, fileKindOf } from './header.js';
import { inspect, keepLogWhileReading, refuseOthers } from './inspection.js';
import { DatabaseInUse, FileLock, lockPath, readLockState, type Purpose, type RunRecord } from './lock.js';
import { walMismatch } from './write-ahead-log.js';

/*
 * The one way to a database file. Whatever opens one goes through here first, so that on every path the file is the one
 * that is meant (its real name), nobody else is about to change it (the lock), and SQLite does not apply a log that lies
 * beside it and is not its own. `openExclusive` has it alone; `openAlongside` uses it beside a service, or while nobody serves.
 */

/** A file that this process has alone. Without a lock in a folder where none can be made. */
export interface TakenFile {
  readonly path: string;
  readonly lock: FileLock | undefined;
}

export type AccessMode = 'read' | 'write';

interface TakeOptions {
  readonly purpose?: Purpose;
  readonly log: LoggerService;
  /** Whether it may be the file of another program, to be moved away. */
  readonly allowForeign?: boolean;
}

/**
 * Takes a file for this process, does what is to be done with it, and releases it only where that fails.
 * @param accept throws a `FileRefused` where the file is not ours to touch: then nothing is left beside it.
 * @throws DatabaseInUse where another process has it; what `accept` throws.
 */
export async function openExclusive<T>(
  name: string,
  { purpose, log, allowForeign = false }: TakeOptions,
  accept: (taken: TakenFile) => Promise<T>,
): Promise<T> {
  const path = realFile(name);
  FileLock.refuseIfHeldHere(path);
  // Before anything is made beside it: what is not ours is not touched.
  if (!(allowForeign && statSync(path, { throwIfNoEntry: false })?.isFile())) fileKindOf(path);
  mkdirSync(dirname(path), { recursive: true });
  const lock = await takeOrWarn(path, purpose, log);
  return releaseOnFailure(lock, () => accept({ path, lock }));
}

/**
 * Works on a file that a service may be serving. `read`: it is opened to read only, whoever serves it. `write`: beside a
 * service by short transactions, otherwise with the lock held. The file has to be there.
 * @throws DatabaseInUse while another process restores, imports, or starts on it; FileRefused where it is not ours to
 *   write to, or where a log that is not its own lies beside it; what the work throws.
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
  // The service that has the file has checked its log, and goes on writing it.
  if (holder) return work(path);
  refuseForeignLog(path, previous);
  const release = keepLogWhileReading(path);
  try {
    return await work(path);
  } finally {
    release();
  }
}

async function writeAlone<T>(path: string, work: (path: string) => T | Promise<T>): Promise<T> {
  const { lock, result } = await takeOurs(path, work);
  lock.release();
  return result;
}

/** The service may end meanwhile and a restore begin, which moves the file away with what was written to it. */
async function writeAlongside<T>(path: string, work: (path: string) => T | Promise<T>): Promise<T> {
  const { ino } = statSync(path);
  await refuseOthers(inspect(path));
  const result = await work(path);
  if (statSync(path, { throwIfNoEntry: false })?.ino === ino) return result;
  throw new Error(
    'The database was replaced meanwhile; what was written is in the file that was moved away.',
  );
}

/** For the TypeORM command line, which opens files by itself. They are released when the process ends. */
export async function takeForTypeorm(path: string): Promise<void> {
  await takeOurs(path, () => undefined);
  // One that was made just now.
  if (statSync(path).size === 0) chmodSync(path, OWNER_ONLY);
}

/** Takes a file as it is, and works on it. @throws FileRefused where it is not ours to write to. */
async function takeOurs<T>(
  path: string,
  work: (path: string) => T | Promise<T>,
): Promise<{ lock: FileLock; result: T }> {
  fileKindOf(path);
  const lock = FileLock.take(path);
  return releaseOnFailure(lock, async () => {
    refuseForeignLog(path, lock.previous);
    await refuseOthers(inspect(path));
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

/** SQLite would apply the log, and show its rows also to a connection that only reads. @throws FileRefused. */
function refuseForeignLog(path: string, previous: RunRecord | undefined): void {
  const mismatch = walMismatch(path, previous?.logSalt ?? null);
  if (mismatch === undefined) return;
  const reason = `The write-ahead log beside it is not its own: ${mismatch}. Start the service once: it moves it aside.`;
  throw new FileRefused(reason, reason);
}

/** A process that is not serving, such as the command `password`, has the file for a moment: a start waits nine seconds. */
const MOST_TRIES = 60;
const TRY_TIMEOUT_MS = 20;
const PAUSE_MS = 130;

/**
 * In a folder where nothing can be made the service begins all the same, as far as it gets. A lock that is there but
 * cannot be had, as one that another user made, may be held: then it does not.
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
      if (error instanceof LinkRefused) throw new FileRefused(error.message, LINKED);
      if (error instanceof DatabaseInUse) {
        if (tries === MOST_TRIES || error.pid === process.pid || error.purpose === 'serving') throw error;
        await sleep(PAUSE_MS);
        continue;
      }
      if (existsSync(lockPath(path))) throw error;
      const why = codeOf(error) ?? String(error);
      log.warn(`No lock can be made beside the database (${why}): a second process would not be noticed.`);
      return undefined;
    }
  }
}

const LINKED = 'The lock beside it is a symbolic link, which is not followed. Remove it.';
