import { chownSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './errors.js';

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
