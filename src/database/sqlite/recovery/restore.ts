import { existsSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { tablesWhere } from '../../catalogue.js';
import { codeOf } from '../../../problems/errors.js';
import { fileNameTimestamp } from '../../../time/time.js';
import { expand, type ProgressListener } from '../backup/compression.js';
import { countRows, leaveWalMode, type RowCounts } from '../backup/copy.js';
import { isDamage } from '../connection/errors.js';
import { FileRefused } from '../file/header.js';
import { identify, readSchema } from '../file/identity.js';
import { inspect, requireOwnFile } from '../file/inspection.js';
import { putInPlace, removeParts, takeAccessFrom } from '../file/parts.js';
import { finishReplacement, replace } from './replacement.js';
import { damageIn, openReadOnly, quoted } from '../connection/read-only.js';

/** The tables of API keys: without their rows only the password grants access. */
const GRANTING_TABLES = tablesWhere(({ entry }) => entry.role === 'operational' && entry.access === 'grants');

const NAMES = { ready: '.restore-', replaced: '.replaced-' };

/** The file cannot be restored from. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** An API key in a backup, which grants access once it is restored. */
export interface BackupKey {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** The content of a backup. */
interface Contents {
  readonly rows: RowCounts;
  readonly keys: readonly BackupKey[];
  /** Foreign triggers and views. */
  readonly foreignObjects: readonly string[];
}

export interface Restored extends Contents {
  /** The new path of the replaced file; `undefined` where there was none. */
  readonly replaced: string | undefined;
}

/**
 * Replaces a database by a backup. The backup is unpacked beside it, checked and synced first; the replaced database is
 * moved to `<file>.replaced-<time>`. Wherever the process is killed, either the old or the new memory is in place, if need
 * be by `finishRestore` at the next start. The caller holds the lock of the file.
 *
 * @param withKeys whether to restore the API keys of the backup.
 * @throws BackupRefused where the backup is damaged, of a newer version or of another program; nothing is changed.
 */
export async function restoreFile(
  backup: string,
  file: string,
  withKeys: boolean,
  report: ProgressListener,
): Promise<Restored> {
  await finishRestore(file);
  const part = `${file}.restore.part`;
  await removeParts(part);
  try {
    const contents = await unpack(backup, part, withKeys, report);
    takeAccessFrom(file, part);
    const time = fileNameTimestamp();
    await putInPlace(part, `${file}${NAMES.ready}${time}`);
    await replace(file, time, NAMES);
    const replaced = `${file}${NAMES.replaced}${time}`;
    return { ...contents, replaced: existsSync(replaced) ? replaced : undefined };
  } finally {
    await removeParts(part);
  }
}

/**
 * Completes a restore that was killed after the old file had been moved away, or rolls back one that had not come so far.
 * Called with the lock held, before a missing file is created.
 * @returns whether a restore was completed.
 */
export function finishRestore(file: string): Promise<boolean> {
  return finishReplacement(file, NAMES);
}

async function unpack(
  backup: string,
  part: string,
  withKeys: boolean,
  report: ProgressListener,
): Promise<Contents> {
  if (existsSync(`${backup}-wal`)) {
    throw new BackupRefused(
      'It has a write-ahead log beside it, so it is a database and no backup: make one with `jarvis-memory backup`.',
    );
  }
  try {
    await expand(backup, part, report);
    leaveWalMode(part);
    const contents = await verify(part);
    const granting = GRANTING_TABLES.filter((table) => (contents.rows[table] ?? 0) > 0);
    if (withKeys || granting.length === 0) return contents;
    emptyTables(part, granting);
    const none = Object.fromEntries(granting.map((table) => [table, 0]));
    return { ...contents, keys: [], rows: { ...contents.rows, ...none } };
  } catch (error) {
    if (error instanceof FileRefused) throw new BackupRefused(error.reason);
    if (isUnreadable(error)) throw new BackupRefused(`It cannot be read: ${error.message}.`);
    throw error;
  }
}

async function verify(file: string): Promise<Contents> {
  const handle = openReadOnly(file);
  try {
    const finding = damageIn(handle);
    if (finding !== undefined) throw new BackupRefused(`It is damaged: ${finding}.`);
    if (identify(handle) === 'foreign')
      throw new BackupRefused('It is a database, but not one of Jarvis memory.');
    const { active } = await requireOwnFile(inspect(file));
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

/** Whether zlib or SQLite failed because of invalid content. */
function isUnreadable(error: unknown): error is Error {
  return isDamage(error) || codeOf(error)?.startsWith('Z_') === true;
}
