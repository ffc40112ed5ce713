import type { Database as SqliteHandle } from 'better-sqlite3';
import { migrations } from '../../../../migrations/index.js';
import { tablesWhere } from '../../catalogue.js';
import { MIGRATIONS_TABLE } from '../connection/settings.js';

/**
 * What a database is to this version: `current`, `older` (it would be migrated when it is served), `newer` (this
 * version does not know it), or `foreign` (none of ours).
 */
export type Identity = 'current' | 'older' | 'newer' | 'foreign';

/** By what a database is known. */
export interface Schema {
  /** Those of SQLite itself are left out. */
  readonly tables: readonly string[];
  /** The names of the migrations that were run on it; none: this service has not had the file yet. */
  readonly applied: readonly string[];
}

/** The tables that a memory has had since the first Jarvis backend. */
export const FIRST_TABLES = tablesWhere(({ entry }) => entry.role === 'kept' && entry.isOriginal);

const TABLES =
  "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/** @throws an error with the code of SQLite where the schema cannot be read. */
export function readSchema(handle: SqliteHandle): Schema {
  const tables = handle.prepare(TABLES).pluck().all() as string[];
  const applied = tables.includes(MIGRATIONS_TABLE)
    ? (handle.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[])
    : [];
  return { tables, applied };
}

const KNOWN = migrations.map(({ name }) => name);

/** The first migration that this version does not know: a newer one has run it. */
export function unknownOf(applied: readonly string[]): string | undefined {
  return applied.find((name) => !KNOWN.includes(name));
}

export function identify(handle: SqliteHandle): Identity {
  const { tables, applied } = readSchema(handle);
  if (!FIRST_TABLES.every((table) => tables.includes(table))) return 'foreign';
  if (unknownOf(applied) !== undefined) return 'newer';
  return KNOWN.every((name) => applied.includes(name)) ? 'current' : 'older';
}
