import { chmodSync, existsSync, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { matchOwner, syncPath } from '../../../files/files.js';

/** The suffixes of the files of one database, the database file first. */
export const PARTS = ['', '-wal', '-shm', '-journal'] as const;

/** The size of all parts together, in bytes. */
export function sizeOfParts(file: string): number {
  const sizes = PARTS.map((part) => statSync(`${file}${part}`, { throwIfNoEntry: false })?.size ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Removes a database file with its log and journal. */
export async function removeParts(file: string): Promise<void> {
  for (const part of PARTS) await rm(`${file}${part}`, { force: true });
}

/**
 * Moves the existing parts of a database, never over another file. The database file goes first, and each rename is synced
 * before the next: a database file left without its log would lack the last writes.
 */
export async function moveParts(from: string, to: string, parts: readonly string[] = PARTS): Promise<void> {
  for (const part of parts) {
    if (!existsSync(`${from}${part}`)) continue;
    if (existsSync(`${to}${part}`)) throw new Error(`${to}${part} is there already.`);
    await rename(`${from}${part}`, `${to}${part}`);
    await syncPath(dirname(from));
  }
}

/** Renames a finished file durably: the file is synced before, its folder after. */
export async function putInPlace(file: string, name: string): Promise<void> {
  await syncPath(file);
  await rename(file, name);
  await syncPath(dirname(name));
}

/** Copies mode and owner of the replaced file to the fresh one; without a replaced file, the owner of the folder. */
export function takeAccessFrom(replaced: string, fresh: string): void {
  if (existsSync(replaced)) chmodSync(fresh, statSync(replaced).mode & 0o777);
  matchOwner(fresh, replaced);
}
