import { chmodSync, existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { giveToOwner, sync } from '../../../files/files.js';

/** The files that together are one database: first the one without which the others mean nothing. */
export const PARTS = ['', '-wal', '-shm', '-journal'] as const;

/** The size of all parts together, in bytes. */
export function sizeOfParts(file: string): number {
  const sizes = PARTS.map((part) => statSync(`${file}${part}`, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Removes a file that SQLite may have been writing, with what it keeps beside such a file. */
export async function removeParts(file: string): Promise<void> {
  for (const part of PARTS) await rm(`${file}${part}`, { force: true });
}

/**
 * Moves the parts of a database that are there, never over another file. The database file goes first, and each move is
 * on disk before the next: without its log, the file would be a database that lacks the last writes.
 */
export async function moveParts(from: string, to: string, parts: readonly string[] = PARTS): Promise<void> {
  for (const part of parts) {
    if (!existsSync(`${from}${part}`)) continue;
    if (existsSync(`${to}${part}`)) throw new Error(`${to}${part} is there already.`);
    await rename(`${from}${part}`, `${to}${part}`);
    await sync(dirname(from));
  }
}

/** Gives a finished file its name; both are on disk afterwards. */
export async function putInPlace(file: string, name: string): Promise<void> {
  await sync(file);
  await rename(file, name);
  await sync(dirname(name));
}

/** Gives a fresh file the mode and the owner of the file that it replaces; where there is none, the owner of the folder. */
export function takeAccessFrom(replaced: string, fresh: string): void {
  if (existsSync(replaced)) chmodSync(fresh, statSync(replaced).mode & 0o777);
  giveToOwner(fresh, replaced);
}
