import { randomBytes } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../../problems/errors.js';
import { CopyRefused } from '../../copy/ends.js';
import { isCompressed } from '../backup/compression.js';
import { COMPRESSION_RATIO } from '../backup/room.js';
import { freeBytesBeside } from '../disk/disk-space.js';
import { holdUnfinished, removeLeftOver } from '../file/left-over.js';

const PREFIX = 'jarvis-memory-restore-';
const ID_BYTES = 6;
const OWNER_ONLY = 0o700;
const FULL_DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

/**
 * Works in a folder of its own for temporary files, where a backup is unpacked. It is removed, and so are those that killed
 * processes left.
 * @throws CopyRefused where there is no room, before or meanwhile.
 */
export async function inUnpackingFolder<T>(backup: string, work: (folder: string) => Promise<T>): Promise<T> {
  await removeLeftFolders().catch(() => undefined);
  const folder = join(tmpdir(), `${PREFIX}${randomBytes(ID_BYTES).toString('hex')}`);
  let end: (() => void) | undefined;
  try {
    await requireRoomFor(backup, folder);
    end = holdUnfinished(folder);
    await mkdir(folder, { mode: OWNER_ONLY });
    return await work(folder);
  } catch (error) {
    throw FULL_DISK_CODES.has(codeOf(error) ?? '') ? noRoom(error) : error;
  } finally {
    // What cannot be removed is left to the next one: this one may be done.
    await rm(folder, { recursive: true, force: true })
      .finally(() => end?.())
      .catch(() => undefined);
  }
}

/** How large a compressed one becomes is not known before it is: more than this. */
async function requireRoomFor(backup: string, folder: string): Promise<void> {
  const { size } = statSync(backup);
  const least = (await isCompressed(backup)) ? size / COMPRESSION_RATIO : size;
  if (freeBytesBeside(folder) < least) throw noRoom(`it needs more than ${Math.ceil(least)} bytes`);
}

/** What is full is not the disk of the database. */
function noRoom(cause: unknown): CopyRefused {
  const message =
    `There is no room in ${tmpdir()}, where the backup is unpacked; nothing was restored. ` +
    'Name another folder by TMPDIR.';
  return new CopyRefused(message, undefined, { cause });
}

/** Of those of other users nothing is known. */
async function removeLeftFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of new Set(names.map((one) => one.replace(/\.lock$/, '')))) {
    const folder = join(tmpdir(), name);
    const found = [folder, `${folder}.lock`].map((path) => lstatSync(path, { throwIfNoEntry: false }));
    if (found.every((one) => one === undefined || one.uid === process.getuid?.()))
      await removeLeftOver(folder, [folder]);
  }
}
