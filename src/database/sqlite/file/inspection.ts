import { existsSync, statSync } from 'node:fs';
import type { Database as SqliteHandle } from 'better-sqlite3';
import { isRebuilt } from '../../catalogue.js';
import { isDamage } from '../connection/errors.js';
import { FileRefused } from './header.js';
import { ORIGINAL_TABLES, readSchema, findUnknownMigration, type Schema } from './identity.js';
import { hasFrames } from './write-ahead-log.js';
import { damageIn, openReadOnly, quoted, readDatabase } from '../connection/read-only.js';
import { MIGRATIONS_TABLE } from '../../migrations.table.js';
import {
  definitionsIn,
  ownDefinitions,
  findExhaustedTable,
  findForeignObjects,
  type Definition,
  type ForeignObjects,
} from './foreign-objects.js';

/** The content of a database file, read without changing it. */
export interface FileState extends Schema {
  readonly hasRows: boolean;
  readonly definitions: readonly Definition[];
  /** A table whose ids are nearly used up. */
  readonly exhausted: string | undefined;
}

const EMPTY: FileState = { tables: [], applied: [], hasRows: false, definitions: [], exhausted: undefined };

/**
 * Reads a file without changing it: the last read-write connection would checkpoint the log when it closes. A log without
 * frames has nothing to checkpoint.
 */
function readUnchanged<T>(file: string, use: (handle: SqliteHandle) => T): T {
  return readDatabase(file, use, hasFrames(`${file}-wal`));
}

/**
 * Keeps a `-wal` file beside the file while this process reads it, so that `openReadOnly` opens the file read-only and
 * closing does not checkpoint a log, not even that of a service that was started and killed meanwhile.
 * @returns a function that ends this, and removes the files that SQLite created for reading unless they were used.
 */
export function keepLogWhileReading(file: string): () => void {
  const hadLog = existsSync(`${file}-wal`);
  let handle: SqliteHandle | undefined;
  try {
    handle = openReadOnly(file, true);
    handle.pragma('schema_version');
  } catch {
    // The caller meets the same error when it reads the file, and reports it.
  }
  return () => {
    handle?.close();
    if (!hadLog) removeUnusedLog(file);
  };
}

/** The last read-write connection to close removes the log and its index. */
function removeUnusedLog(file: string): void {
  if (!existsSync(`${file}-wal`) || hasFrames(`${file}-wal`)) return;
  try {
    readUnchanged(file, (handle) => handle.pragma('schema_version'));
  } catch {
    // The files are empty, and harmless.
  }
}

/** @throws an SQLite error where the schema cannot be read. */
export function inspect(file: string): FileState {
  if (!existsSync(file) || statSync(file).size === 0) return EMPTY;
  return readUnchanged(file, (handle) => {
    const schema = readSchema(handle);
    const hasRows = schema.tables.some((table) => !isRebuilt(table) && mayHaveRows(handle, table));
    const definitions = definitionsIn(handle);
    return { ...schema, hasRows, definitions, exhausted: findExhaustedTable(handle, schema.tables) };
  });
}

/** An unreadable table, such as a virtual one whose module is not loaded, counts as having rows. */
function mayHaveRows(handle: SqliteHandle, table: string): boolean {
  try {
    return handle.prepare(`SELECT 1 FROM ${quoted(table)} LIMIT 1`).get() !== undefined;
  } catch {
    return true;
  }
}

/**
 * @returns the foreign objects that may stay in the file.
 * @throws FileRefused where a newer version or another program made the file, or it is not safe to serve.
 */
export async function requireOwnFile(state: FileState): Promise<ForeignObjects> {
  refuseOtherPrograms(state);
  await refuseNameConflicts(state);
  const { applied, definitions, exhausted } = state;
  if (exhausted !== undefined) {
    throw refusal(`Its ids are nearly used up (${exhausted}): the next rows would not be told apart.`);
  }
  const foreignObjects = findForeignObjects(definitions, await ownDefinitions(applied.length));
  refuseForeignAccess(foreignObjects);
  return foreignObjects;
}

/** @throws FileRefused where a foreign object touches a table of access control. */
export function refuseForeignAccess({ onAccess: [first, ...more] }: ForeignObjects): void {
  if (first === undefined) return;
  const others = more.length > 0 ? ` (and ${more.length} more)` : '';
  throw refusal(
    `It has something that is not ours and touches API keys or revoked tokens: ${first}${others}. ` +
      'Look at who may write the file; remove it (DROP), or restore a backup from before it was there; then restart, ' +
      'and look through the API keys.',
  );
}

function refusal(reason: string): FileRefused {
  return new FileRefused(reason, reason);
}

/** Objects that pending migrations create must not exist yet: another program may have put rows into them. */
async function refuseNameConflicts({ applied, definitions }: FileState): Promise<void> {
  const [now, later] = await Promise.all([ownDefinitions(applied.length), ownDefinitions()]);
  const present = new Set([...now.map(({ name }) => name), ...ORIGINAL_TABLES]);
  const next = new Set(
    later.map(({ name }) => name).filter((name) => !present.has(name) && !name.startsWith('sqlite_')),
  );
  const found = definitions.find(({ name, sql }) => sql !== '' && next.has(name.toLowerCase()));
  if (found === undefined) return;
  throw refusal(
    `It has "${found.name}" (${found.type}), which this service has not made and wants to make. Rename it.`,
  );
}

function refuseOtherPrograms({ tables, applied }: FileState): void {
  const unknown = findUnknownMigration(applied);
  if (unknown !== undefined) {
    throw new FileRefused(
      `The database file was written by a newer version (it knows ${unknown}).`,
      'It was written by a newer version of this service.',
    );
  }
  if (applied.length > 0 || tables.length === 0) return;
  if (tables.some((table) => table === MIGRATIONS_TABLE || ORIGINAL_TABLES.includes(table))) return;
  throw new FileRefused(
    `it belongs to another program: it has tables (${tables.slice(0, 5).join(', ')}), but none of Jarvis.`,
    'It belongs to another program.',
  );
}

/**
 * Checks every page of a file, without comparing indexes with their tables.
 * @returns the damage; `undefined` where the file is in order.
 * @throws Error where the file cannot be read: it is locked, or the disk does not respond.
 */
export function findDamage(file: string): string | undefined {
  try {
    return readUnchanged(file, (handle) => damageIn(handle));
  } catch (error) {
    if (isDamage(error)) return (error as Error).message;
    throw error;
  }
}
