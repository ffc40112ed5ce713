import {
  closeSync,
  constants,
  existsSync,
  lchownSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../problems/errors.js';

/** The mode of a file that only its owner may access. */
export const OWNER_ONLY = 0o600;

/** Calls `fsync` on a file, or on a folder for the names in it. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a file the owner of the file that it replaces, or else that of the folder: what the command line creates as
 * root must be usable by the service. Another user can change only the group, if that; neither case is an error, nor
 * is a share on which even root may not change owners. A link in the place of the file is not followed.
 */
export function matchOwner(file: string, replaced: string): void {
  const { uid, gid } = statSync(replaced, { throwIfNoEntry: false }) ?? statSync(dirname(replaced));
  try {
    lchownSync(file, uid, gid);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
  }
}

/** Where a memory that is moved to a file lies until it is whole. */
export function unfinishedMove(file: string): string {
  return `${file}.move.part`;
}

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_RDWR, O_WRONLY } = constants;

/**
 * A symbolic link in the place of a file of the service: whoever created it may want its target read or overwritten.
 */
export class LinkRefused extends Error {
  readonly code = 'ELOOP';

  constructor(readonly file: string) {
    super(`${file} is a symbolic link; it is not followed. Remove it.`);
    this.name = 'LinkRefused';
  }
}

/**
 * Creates an empty file with mode 0600; an existing one is left unchanged.
 * @returns whether it is new.
 * @throws LinkRefused; Error of the file system where it cannot be written.
 */
export function createPrivateFile(file: string): boolean {
  try {
    closeSync(openSync(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY));
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    closeSync(openPrivateFile(file, O_RDWR));
    return false;
  }
}

/**
 * Reads a small file without following a symbolic link.
 * @throws LinkRefused; Error of the file system.
 */
export function readPrivateFile(file: string): string {
  const descriptor = openPrivateFile(file, O_RDONLY);
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Opens an existing file for writing without following a symbolic link.
 * @throws LinkRefused; Error of the file system.
 */
export function openPrivateFileForWriting(file: string): number {
  return openPrivateFile(file, O_WRONLY);
}

function openPrivateFile(file: string, flags: number): number {
  try {
    return openSync(file, flags | O_NOFOLLOW);
  } catch (error) {
    throw codeOf(error) === 'ELOOP' ? new LinkRefused(file) : error;
  }
}

/**
 * Resolves symbolic links: siblings of a database lie beside the file, not beside the link. White space around the
 * name is removed, as better-sqlite3 does.
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
