import type { Database as SqliteHandle } from 'better-sqlite3';
import { migrations } from '../../../../migrations/sqlite/index.js';
import { tablesWhere } from '../../catalogue.js';
import { MIGRATIONS_TABLE } from '../../migrations.table.js';

/**
 * The relation of a database to this version: `current`, `older` (migrated when it is served), `newer` (written by a
 * later version), or `foreign` (of another program).
 */
export type Identity = 'current' | 'older' | 'newer' | 'foreign';

/** What identifies a database. */
export interface Schema {
  /** Without those of SQLite itself. */
  readonly tables: readonly string[];
  /** Names of the applied migrations; empty where the service has never served the file. */
  readonly applied: readonly string[];
}

/** The tables of the first Jarvis backend, present in every version. */
export const ORIGINAL_TABLES = tablesWhere(({ entry }) => entry.role === 'content' && entry.isOriginal);

const TABLES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/** @throws an SQLite error where the schema cannot be read. */
export function readSchema(handle: SqliteHandle): Schema {
  const tables = handle.prepare(TABLES).pluck().all() as string[];
  const applied = tables.includes(MIGRATIONS_TABLE)
    ? (handle.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[])
    : [];
  return { tables, applied };
}

const KNOWN_MIGRATIONS = migrations.map(({ name }) => name);

/** The first applied migration that this version does not know: a newer version ran it. */
export function findUnknownMigration(applied: readonly string[]): string | undefined {
  return applied.find((name) => !KNOWN_MIGRATIONS.includes(name));
}

export function identify(handle: SqliteHandle): Identity {
  const { tables, applied } = readSchema(handle);
  if (!ORIGINAL_TABLES.every((table) => tables.includes(table))) return 'foreign';
  if (findUnknownMigration(applied) !== undefined) return 'newer';
  return KNOWN_MIGRATIONS.every((name) => applied.includes(name)) ? 'current' : 'older';
}
