import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { matchOwner } from '../../../files/files.js';
import { holdUnfinished, removeLeftOver } from '../file/left-over.js';
import { lockPath } from '../file/lock.js';
import { PARTS } from '../file/parts.js';

const ID_BYTES = 6;
/** Versions before the lock had the id of the process alone. */
const UNFINISHED_NAME = /^(.+)\.(\d+(?:-[0-9a-f]+)?)(?:\.plain)?\.part(?:-journal|-wal|-shm|\.lock)?$/;

/** The temporary names of a backup that is being made. */
export interface UnfinishedBackup {
  /** The file that gets the name of the backup. */
  readonly final: string;
  /** Of one that is compressed: the copy before it is. */
  readonly plain: string;
  /** Has to be called when neither is there any more. */
  readonly end: () => void;
}

/** @throws Error of SQLite or of the file system where nothing can be written there. */
export function beginBackup(target: string): UnfinishedBackup {
  const names = namesOf(target, `${process.pid}-${randomBytes(ID_BYTES).toString('hex')}`);
  const end = holdUnfinished(names.final);
  letOwnerOfFolderRemove(names.final);
  return { ...names, end };
}

/** What a command of root leaves is removed by the service, or by root where owners cannot be changed. */
function letOwnerOfFolderRemove(path: string): void {
  try {
    matchOwner(lockPath(path), dirname(path));
  } catch {
    // A share may refuse it in its own words.
  }
}

/**
 * Removes from a folder what killed processes left of backups, and nothing that is being made.
 * @param isBackup tells the names of backups from others.
 */
export async function removeUnfinishedBackups(
  folder: string,
  isBackup: (name: string) => boolean,
): Promise<void> {
  const found = new Map<string, string[]>();
  for (const name of await readdir(folder)) {
    const [, target = '', id = ''] = UNFINISHED_NAME.exec(name) ?? [];
    if (!isBackup(target)) continue;
    const { final, plain } = namesOf(join(folder, target), id);
    found.set(final, [final, plain]);
  }
  for (const [final, files] of found) {
    const parts = files.flatMap((file) => PARTS.map((part) => `${file}${part}`));
    await removeLeftOver(final, parts);
  }
}

function namesOf(target: string, id: string): Omit<UnfinishedBackup, 'end'> {
  return { final: `${target}.${id}.part`, plain: `${target}.${id}.plain.part` };
}
