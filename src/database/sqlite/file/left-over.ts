import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isShared } from '../doctor/mount.js';
import { FileLock, lockPath } from './lock.js';

/** What no lock tells of is left alone until nobody can be at work on it any more. */
const CLEAR_AGE_MS = 24 * 3_600_000;

/**
 * Tells other processes that something unfinished is being written, so that they leave it alone: also those of another
 * container or machine, to which the id of a process says nothing.
 * @param path a name that nobody else uses.
 * @returns what ends it.
 * @throws Error of SQLite or of the file system where no lock can be made there.
 */
export function holdUnfinished(path: string): () => void {
  const lock = FileLock.take(path, null);
  // It was removed between being made and being held, as one that a killed process left.
  if (!existsSync(lockPath(path))) {
    lock.release();
    return holdUnfinished(path);
  }
  return () => {
    lock.releaseWithoutTrace();
  };
}

/**
 * Removes what a process left unfinished, where that is known to be gone: nobody holds its lock. Where there is no lock, or
 * those of other machines are not seen, it has to be a day old as well.
 * @param path the name that was held.
 * @param written the files or folders that may be there.
 */
export async function removeLeftOver(path: string, written: readonly string[]): Promise<void> {
  // Its lock would be that of what it leads to.
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const all = [...written, lockPath(path)];
  const isTold = existsSync(lockPath(path)) && !isShared(realpathSync(dirname(path)));
  if (!isTold && !all.every(isOld)) return;
  const lock = takeIfFree(path);
  if (!lock) return;
  try {
    for (const one of all) await rm(one, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}

function isOld(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found === undefined || Date.now() - found.mtimeMs > CLEAR_AGE_MS;
}

/** One that cannot be taken may be held. */
function takeIfFree(path: string): FileLock | undefined {
  try {
    return FileLock.take(path, null, 0);
  } catch {
    return undefined;
  }
}
