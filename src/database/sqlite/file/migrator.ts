import { statSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import type { LoggerService } from '@nestjs/common';
import Sqlite from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { migrationOptions } from '../../../../ormconfig.js';
import { migrations } from '../../../../migrations/sqlite/index.js';
import { createPrivateFile } from '../../../files/files.js';
import { fileNameTimestamp } from '../../../time/time.js';
import { inspect, requireOwnFile } from './inspection.js';
import { putInPlace } from './parts.js';
import { LOCK_TIMEOUT_MS } from '../connection/read-only.js';

/**
 * Migrates a database file to the newest version: a new one, one of an earlier version, or one of the first Jarvis
 * backend. All pending migrations run in one transaction. A file with rows is copied first; after a failed migration,
 * which has changed nothing, the copy is removed.
 *
 * @throws Error where the file cannot be used or migrated; its content is unchanged.
 */
export async function migrateFile(file: string, logger: LoggerService): Promise<void> {
  const state = inspect(file);
  await requireOwnFile(state);
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

/** @throws Error where a file has pending migrations. */
export function requireMigrated(file: string): void {
  if (inspect(file).applied.length < migrations.length) {
    throw new Error(`The database ${file} is not of this version: start the service on it once.`);
  }
}

/** Copies with SQLite's backup API, which includes the write-ahead log, and syncs the copy. */
async function copyBeside(file: string): Promise<string> {
  const copy = `${file}.${fileNameTimestamp()}.bak`;
  const unfinished = `${copy}.part`;
  try {
    await rm(unfinished, { force: true });
    createPrivateFile(unfinished);
    await backup(file, unfinished);
    await chmod(unfinished, statSync(file).mode & 0o777);
    await putInPlace(unfinished, copy);
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

/** One transaction for everything, TypeORM's table of migrations included, so that a failure leaves no trace. */
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

/** Creates a file with the given migrations applied: an empty file of an earlier version. */
export async function makeByMigrations(file: string, names: readonly string[]): Promise<void> {
  createPrivateFile(file);
  const chosen = migrations.filter(({ name }) => names.includes(name));
  const dataSource = await new DataSource({ ...migrationOptions(file), migrations: chosen }).initialize();
  try {
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    await dataSource.destroy();
  }
}
