import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { migrations } from '../../../../migrations/sqlite/index.js';
import { createPrivateFile, syncPath, unfinishedMove } from '../../../files/files.js';
import { CopyRefused, type CopyTarget } from '../../copy/ends.js';
import type { KeptSecret, SecretsBeside } from '../../copy/secrets-beside.js';
import { NO_LOG } from '../../database.options.js';
import { FileRefused } from '../file/header.js';
import { inspect, requireOwnFile } from '../file/inspection.js';
import { openExclusive } from '../file/open.js';
import { putInPlace, removeParts, takeAccessFrom } from '../file/parts.js';
import { SqliteCopyTarget } from './target.js';

/**
 * Fills the memory in a file that is missing or empty. It is made beside the file, and renamed into its place at the end.
 * @throws CopyRefused where there are rows, or something that is not ours; DatabaseInUse.
 */
export async function withEmptyFile<T>(
  name: string,
  secrets: SecretsBeside,
  work: (target: CopyTarget) => Promise<T>,
): Promise<T> {
  try {
    return await openExclusive(name, { purpose: 'moving', log: NO_LOG }, async ({ path, lock }) => {
      if (!lock) throw new CopyRefused(`${dirname(path)} cannot be written to.`);
      await requireEmpty(path, name);
      const result = await fillBeside(path, secrets, work);
      lock.release();
      return result;
    });
  } catch (error) {
    throw error instanceof FileRefused
      ? new CopyRefused(`${name} was left as it is. ${error.reason}`)
      : error;
  }
}

async function requireEmpty(path: string, name: string): Promise<void> {
  const state = inspect(path);
  await requireOwnFile(state);
  if (state.hasRows) {
    throw new CopyRefused(`${name} has rows, and is left as it is: a memory is moved into an empty one.`);
  }
  if (state.tables.length > 0 && state.applied.length < migrations.length) {
    throw new CopyRefused(
      `${name} is of an earlier version: start the service on it once, or name another file.`,
    );
  }
}

async function fillBeside<T>(
  path: string,
  secrets: SecretsBeside,
  work: (target: CopyTarget) => Promise<T>,
): Promise<T> {
  const part = unfinishedMove(path);
  const place = async (moved: readonly KeptSecret[]): Promise<readonly string[]> => {
    endLogOf(path);
    takeAccessFrom(path, part);
    // First, so that nobody who finds secrets laid ready finds half a memory beside them.
    await syncPath(part);
    await secrets.prepare(path, moved);
    // All is moved in this moment, whatever comes after it: what was prepared counts as soon as the part has gone.
    await putInPlace(part, path);
    return secrets.replace(path, moved);
  };
  await clean();
  try {
    createPrivateFile(part);
    return await SqliteCopyTarget.fill(part, false, place, work);
  } finally {
    if (existsSync(part)) await clean();
  }

  /** The secrets first: without the part they would count. */
  async function clean(): Promise<void> {
    await secrets.discard(path);
    await removeParts(part);
  }
}

/** The log of the empty file is none of that which takes its place: the last connection that closes takes it away. */
function endLogOf(path: string): void {
  if (!existsSync(path)) return;
  const handle = new Sqlite(path, { fileMustExist: true });
  handle.pragma('wal_checkpoint(TRUNCATE)');
  handle.close();
}
