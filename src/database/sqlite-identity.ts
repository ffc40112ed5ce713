import type { Database as SqliteHandle } from 'better-sqlite3';
import { migrations } from '../../migrations/index.js';
import { MIGRATIONS_TABLE } from './sqlite-settings.js';

/**
 * What a database is to this version: `current`, `older` (it would be migrated when it is served), `newer` (this
 * version does not know it), or `foreign` (none of ours).
 */
export type Identity = 'current' | 'older' | 'newer' | 'foreign';

/** The tables that a memory has had since the first Jarvis backend. */
const TABLES = ['events', 'conversations', 'cluster_snapshots', 'preferences'];

export function identify(handle: SqliteHandle): Identity {
  const tables = new Set(
    handle.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[],
  );
  if (!TABLES.every((table) => tables.has(table))) return 'foreign';
  const applied = tables.has(MIGRATIONS_TABLE)
    ? (handle.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[])
    : [];
  const known = migrations.map(({ name }) => name);
  if (applied.some((name) => !known.includes(name))) return 'newer';
  return known.every((name) => applied.includes(name)) ? 'current' : 'older';
}
