import { existsSync, statSync } from 'node:fs';
import { chmod, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LoggerService } from '@nestjs/common';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { MIGRATIONS_TABLE, migrationOptions } from '../../ormconfig.js';
import { migrations } from '../../migrations/index.js';
import { now } from '../common/time.js';
import { LOCK_TIMEOUT_MS } from './sqlite-settings.js';

/** What a database file is before anything is done to it. */
interface FileState {
  readonly applied: readonly string[];
  readonly hasRows: boolean;
}

/**
 * Brings a database file to the newest version: one that is not there yet, one of an earlier version, or one
 * of the first Jarvis backend. All pending migrations are one transaction. Before it, a file with rows in it is
 * copied beside itself; where the migration fails, nothing has changed, so the copy goes as well.
 *
 * @throws where the file cannot be used or migrated; its content is then untouched.
 */
export async function migrateFile(file: string, logger: LoggerService): Promise<void> {
  const state = inspect(file);
  refuseNewer(state.applied);
  const pending = migrations.length - state.applied.length;
  if (pending === 0) return;
  const copy = state.hasRows ? await copyBeside(file) : undefined;
  if (copy) logger.log(`Kept a copy of the database before migrating it: ${copy}`);
  try {
    await runPending(file, logger);
  } catch (error) {
    if (copy) await rm(copy, { force: true });
    throw error;
  }
}

/** @throws Error where a file is not there, or not of the version that this program brings files to. */
export function refuseUnmigrated(file: string): void {
  if (!existsSync(file)) throw new Error(`There is no database at ${file}; DB_PATH says where it is.`);
  const { applied } = inspect(file);
  refuseNewer(applied);
  if (applied.length < migrations.length) {
    throw new Error(`The database ${file} is of an earlier version; start the service on it once.`);
  }
}

function inspect(file: string): FileState {
  if (!existsSync(file) || statSync(file).size === 0) return { applied: [], hasRows: false };
  const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  try {
    const tables = handle
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all() as string[];
    const applied = tables.includes(MIGRATIONS_TABLE)
      ? (handle.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[])
      : [];
    const hasRows = tables.some((table) => table !== MIGRATIONS_TABLE && mayHaveRows(handle, table));
    return { applied, hasRows };
  } finally {
    handle.close();
  }
}

/** A table that cannot be read, such as a virtual one of a module that is not loaded, counts as one with rows. */
function mayHaveRows(handle: SqliteHandle, table: string): boolean {
  try {
    return handle.prepare(`SELECT 1 FROM "${table.replaceAll('"', '""')}" LIMIT 1`).get() !== undefined;
  } catch {
    return true;
  }
}

function refuseNewer(applied: readonly string[]): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.find((name) => !known.has(name));
  if (unknown) throw new Error(`The database file was written by a newer version (it knows ${unknown}).`);
}

/** Copies with SQLite's own backup, which includes what is still in a write-ahead log, and syncs the copy. */
async function copyBeside(file: string): Promise<string> {
  const copy = `${file}.${now().replace(/[:.]/g, '-')}.bak`;
  const unfinished = `${copy}.part`;
  try {
    await backup(file, unfinished);
    await chmod(unfinished, statSync(file).mode & 0o777);
    await sync(unfinished);
    await rename(unfinished, copy);
    await sync(dirname(copy));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return copy;
}

async function backup(file: string, target: string): Promise<void> {
  const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  try {
    await handle.backup(target);
  } finally {
    handle.close();
  }
}

/** Waits until a file, or the names in a folder, are on disk. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** One transaction around everything, TypeORM's own table of migrations included, so that failing leaves no trace. */
async function runPending(file: string, logger: LoggerService): Promise<void> {
  const dataSource = await new DataSource(migrationOptions(file)).initialize();
  try {
    await dataSource.query('BEGIN IMMEDIATE');
    const done = await dataSource.runMigrations({ transaction: 'none' });
    await dataSource.query('COMMIT');
    for (const { name } of done) logger.log(`Migrated: ${name}`);
  } finally {
    await dataSource.destroy();
  }
}
