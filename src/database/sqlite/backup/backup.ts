import { open, stat } from 'node:fs/promises';
import { codeOf } from '../../../problems/errors.js';
import { OWNER_ONLY } from '../../../files/files.js';
import { ProblemError } from '../../../problems/problem.error.js';
import type { SourceProgram } from '../../copy/source-program.js';
import { putInPlace, removeParts, sizeOfParts } from '../file/parts.js';
import { Maintenance, type TaskOptions } from '../workers/maintenance.js';
import { COPY_DAMAGED } from './compression.js';
import type { RowCounts } from './copy.js';
import { BackupRowsRefused, ROWS_REFUSED } from './rows-refused.js';
import { COMPRESSION_RATIO, noRoom, requireRoom } from './room.js';
import { beginBackup, type UnfinishedBackup } from './unfinished.js';
import { translateDatabaseError } from '../connection/errors.js';
import { databaseUnavailable } from '../../database-problems.js';

export interface BackupOptions extends Pick<TaskOptions, 'onProgress' | 'signal'> {
  /** Whether the copy is compressed. */
  readonly gzip?: boolean;
}

export interface BackupCopy {
  /** The rows of each table. */
  readonly rows: RowCounts;
  /** Size of the file, in bytes. */
  readonly sizeBytes: number;
}

/** What is copied: a file, page by page, or what a server has, row by row. */
export type BackupSource = string | SourceProgram;

/**
 * Copies a database in use into a file with everything that was committed when the copy began. The file is written under
 * a temporary name (`<target>.<id>.part`), checked and synced, and renamed at the end.
 *
 * @throws ProblemError `storage_full` where there is no room, `conflict` where the folder or the name cannot be used, or a file
 *   cannot hold what a server has,
 *   `database_unavailable` or `database_busy` where the database cannot be read or the copy is damaged. No file is left.
 */
export async function writeBackup(
  source: BackupSource,
  target: string,
  { gzip = false, ...options }: BackupOptions = {},
  maintenance = new Maintenance(),
): Promise<BackupCopy> {
  let unfinished: UnfinishedBackup | undefined;
  try {
    const size = typeof source === 'string' ? sizeOfParts(source) : 0;
    requireRoom(target, size * (gzip ? 1 + COMPRESSION_RATIO : 1));
    unfinished = beginBackup(target);
    const { final, plain } = unfinished;
    const copy = gzip ? plain : final;
    await (await open(copy, 'wx', OWNER_ONLY)).close();
    const packed = gzip ? final : undefined;
    const rows = await maintenance.run('copy', { source, copy, packed }, options);
    const { size: sizeBytes } = await stat(final);
    await putInPlace(final, target);
    return { rows, sizeBytes };
  } catch (error) {
    throw toProblem(error);
  } finally {
    if (unfinished) await removeAll(unfinished);
  }
}

/** What cannot be removed is left to the next backup: this one may be in its place already. */
async function removeAll({ final, plain, end }: UnfinishedBackup): Promise<void> {
  const remove = async (): Promise<void> => {
    for (const part of [final, plain]) await removeParts(part);
  };
  await remove()
    .finally(end)
    .catch(() => undefined);
}

const FULL_DISK_CODES = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

function toProblem(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof ProblemError) return error;
  if (code === ROWS_REFUSED) return new BackupRowsRefused((error as Error).message);
  if (FULL_DISK_CODES.has(code)) return noRoom(error);
  if (code === COPY_DAMAGED) {
    return databaseUnavailable('The copy did not pass its check; the database may be damaged.', error);
  }
  if (!/^E[A-Z]+$/.test(code)) return translateDatabaseError(error);
  return new ProblemError('conflict', `The backup cannot be written where it should be (${code}).`, {
    cause: error,
  });
}
