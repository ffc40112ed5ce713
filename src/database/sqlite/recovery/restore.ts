import { existsSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { tablesWhere } from '../../catalogue.js';
import { codeOf } from '../../../problems/errors.js';
import { forFileName } from '../../../time/time.js';
import { expand, type Report } from '../backup/compression.js';
import { countRows, leaveWalMode, type RowCounts } from '../backup/copy.js';
import { isDamage } from '../connection/errors.js';
import { FileRefused } from '../file/header.js';
import { identify, readSchema } from '../file/identity.js';
import { inspect, refuseOthers } from '../file/inspection.js';
import { putInPlace, removeParts, takeAccessFrom } from '../file/parts.js';
import { finishReplacement, replace } from './replacement.js';
import { damageIn, openToRead, quoted } from '../connection/read-only.js';

/** Without their rows nobody is let in but by the password. */
const GRANTING = tablesWhere(({ entry }) => entry.role === 'running' && entry.access === 'grants');

const NAMES = { ready: '.restore-', replaced: '.replaced-' };

/** A file that is no backup to restore from. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** Who gets access by a backup. */
export interface BackupKey {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** What a backup holds. */
interface Contents {
  readonly rows: RowCounts;
  readonly keys: readonly BackupKey[];
  /** Triggers and views that are not ours. */
  readonly foreignObjects: readonly string[];
}

export interface Restored extends Contents {
  /** Where the file went that was there before; `undefined` where there was none. */
  readonly replaced: string | undefined;
}

/**
 * Puts a backup in the place of a database. The backup is unpacked beside it, checked and synced before anything else
 * happens; what was there is moved aside whole, as `<file>.replaced-<time>`. Wherever the process is killed, there is
 * the old memory or the new one, or `finishRestore` makes it so. The caller holds the lock of the file.
 *
 * @param withKeys whether the API keys of the backup come with it.
 * @throws BackupRefused where the backup is damaged, of a newer version or none of ours; nothing has changed then.
 */
export async function restoreFile(
  backup: string,
  file: string,
  withKeys: boolean,
  report: Report,
): Promise<Restored> {
  await finishRestore(file);
  const part = `${file}.restore.part`;
  await removeParts(part);
  try {
    const contents = await unpack(backup, part, withKeys, report);
    takeAccessFrom(file, part);
    const time = forFileName();
    await putInPlace(part, `${file}${NAMES.ready}${time}`);
    await replace(file, time, NAMES);
    const replaced = `${file}${NAMES.replaced}${time}`;
    return { ...contents, replaced: existsSync(replaced) ? replaced : undefined };
  } finally {
    await removeParts(part);
  }
}

/**
 * Finishes a restore that was killed between moving the old file away and putting the new one in its place, or takes
 * back one that had not come so far. To be called with the lock, before a file that is missing is made anew.
 * @returns whether there was one to finish.
 */
export function finishRestore(file: string): Promise<boolean> {
  return finishReplacement(file, NAMES);
}

async function unpack(backup: string, part: string, withKeys: boolean, report: Report): Promise<Contents> {
  if (existsSync(`${backup}-wal`)) {
    throw new BackupRefused(
      'It has a write-ahead log beside it, so it is a database and no backup: make one with `jarvis-memory backup`.',
    );
  }
  try {
    await expand(backup, part, report);
    leaveWalMode(part);
    const contents = await verify(part);
    const granting = GRANTING.filter((table) => (contents.rows[table] ?? 0) > 0);
    if (withKeys || granting.length === 0) return contents;
    emptyTables(part, granting);
    const none = Object.fromEntries(granting.map((table) => [table, 0]));
    return { ...contents, keys: [], rows: { ...contents.rows, ...none } };
  } catch (error) {
    if (error instanceof FileRefused) throw new BackupRefused(error.reason);
    if (isFault(error)) throw new BackupRefused(`It cannot be read: ${error.message}.`);
    throw error;
  }
}

async function verify(file: string): Promise<Contents> {
  const handle = openToRead(file);
  try {
    const finding = damageIn(handle);
    if (finding !== undefined) throw new BackupRefused(`It is damaged: ${finding}.`);
    if (identify(handle) === 'foreign')
      throw new BackupRefused('It is a database, but not one of Jarvis memory.');
    const { active } = await refuseOthers(inspect(file));
    return { rows: countRows(handle), keys: keysIn(handle), foreignObjects: active };
  } finally {
    handle.close();
  }
}

function keysIn(handle: SqliteHandle): BackupKey[] {
  if (!readSchema(handle).tables.includes('api_keys')) return [];
  const keys = handle.prepare<[], BackupKey>('SELECT id, name, role FROM api_keys ORDER BY id');
  return keys.all();
}

function emptyTables(file: string, tables: readonly string[]): void {
  const handle = new Sqlite(file, { fileMustExist: true });
  try {
    handle.pragma('secure_delete = ON');
    for (const table of tables) handle.exec(`DELETE FROM ${quoted(table)}`);
  } finally {
    handle.close();
  }
}

/** What zlib and SQLite say of content that makes no sense. */
function isFault(error: unknown): error is Error {
  return isDamage(error) || codeOf(error)?.startsWith('Z_') === true;
}
