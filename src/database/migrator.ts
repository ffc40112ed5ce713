import { existsSync, statSync } from 'node:fs';
import { chmod, open, rename, rm } from 'node:fs/promises';
import type { LoggerService } from '@nestjs/common';
import Sqlite from 'better-sqlite3';
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
    const hasRows = tables.some((table) => {
      const quoted = table.replaceAll('"', '""');
      return (
        table !== MIGRATIONS_TABLE && handle.prepare(`SELECT 1 FROM "${quoted}" LIMIT 1`).get() !== undefined
      );
    });
    return { applied, hasRows };
  } finally {
    handle.close();
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
  const handle = new Sqlite(file, { fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  try {
    await handle.backup(unfinished);
  } finally {
    handle.close();
  }
  await chmod(unfinished, statSync(file).mode & 0o777);
  const written = await open(unfinished, 'r+');
  await written.sync();
  await written.close();
  await rename(unfinished, copy);
  return copy;
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
