import { statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { FileRefused } from '../file/header.js';
import { inspect, requireOwnFile } from '../file/inspection.js';
import { sizeOfParts } from '../file/parts.js';
import { freeBytesBeside } from './disk-space.js';

const SPARE_BYTES = 16 * 1_048_576;

/** The size of a file before and after. */
export interface Compacted {
  readonly before: number;
  readonly after: number;
}

/**
 * Writes a database anew, without its free pages (`VACUUM`), so that the disk has them back. A file of the first backend
 * becomes one that gives them back by itself from then on. Wherever the process is killed, the rollback journal keeps
 * the file whole. The caller holds the lock of the file.
 * @throws FileRefused where it is not ours, or where the disk has no room for a copy of it; nothing is changed.
 */
export async function compactFile(file: string): Promise<Compacted> {
  await requireOwnFile(inspect(file));
  const before = sizeOfParts(file);
  // The copy, and the journal with the pages that are overwritten.
  const wanted = 2 * before + SPARE_BYTES;
  if (freeBytesBeside(file) < wanted) {
    const reason = 'There is not enough free space for a copy of it.';
    throw new FileRefused(`${reason} ${Math.ceil(wanted / 1_048_576)} MB are needed.`, reason);
  }
  const handle = new Sqlite(file, { fileMustExist: true });
  try {
    // In WAL the whole file would lie in the log once more, and `auto_vacuum` would stay as it is.
    handle.pragma('journal_mode = DELETE');
    handle.pragma('auto_vacuum = INCREMENTAL');
    handle.exec('VACUUM');
  } finally {
    handle.close();
  }
  return { before, after: statSync(file).size };
}
