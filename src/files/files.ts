import {
  chownSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../problems/errors.js';

/** The mode of a file that nobody but its owner may read. */
export const OWNER_ONLY = 0o600;

/** Waits until a file, or the names in a folder, are on disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * What root makes, as with the command line, has to be usable by the service: it is given to whom the file belongs in
 * whose place it comes, or else to whom the folder does. Others keep the group as far as they may, and so does a root
 * that may not give anything away, as on some shares.
 */
export function giveToOwner(made: string, place: string): void {
  const { uid, gid } = statSync(place, { throwIfNoEntry: false }) ?? statSync(dirname(place));
  try {
    chownSync(made, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/** A link where a file of ours should be: whoever made it may want what it points to read or overwritten. */
export class LinkRefused extends Error {
  readonly code = 'ELOOP';

  constructor(readonly file: string) {
    super(`${file} is a symbolic link; it is not followed. Remove it.`);
    this.name = 'LinkRefused';
  }
}

/**
 * Makes a file of ours, empty and for its owner only; one that is there already stays as it is.
 * @returns whether it is new.
 * @throws LinkRefused; Error of the file system where it cannot be written.
 */
export function makeOwn(file: string): boolean {
  try {
    closeSync(openSync(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY));
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    closeSync(openOwn(file, O_RDWR));
    return false;
  }
}

/** Reads a small file of ours. @throws LinkRefused; Error of the file system. */
export function readOwn(file: string): string {
  const descriptor = openOwn(file, O_RDONLY);
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a file of ours for writing, as it is. @throws LinkRefused; Error of the file system. */
export function openToChange(file: string): number {
  return openOwn(file, O_WRONLY);
}

function openOwn(file: string, flags: number): number {
  try {
    return openSync(file, flags | O_NOFOLLOW);
  } catch (error) {
    throw codeOf(error) === 'ELOOP' ? new LinkRefused(file) : error;
  }
}

/**
 * The file itself where its name is a symbolic link: what lies beside a database is beside the file, not beside the
 * link. White space around a name is none of it: better-sqlite3 takes it away as well.
 */
export function realFile(name: string): string {
  const file = name.trim();
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
