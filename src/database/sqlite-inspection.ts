import { existsSync, statSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { migrations } from '../../migrations/index.js';
import { LOCK_TIMEOUT_MS, MIGRATIONS_TABLE } from './sqlite-settings.js';
import { isDamage } from './sqlite-errors.js';
import { FileRefused } from './sqlite-header.js';
import { hasFrames } from './sqlite-log.js';

/** What a database file is before anything is done to it. */
export interface FileState {
  readonly tables: readonly string[];
  /** The names of the migrations that were run on it; none: this service has not had the file yet. */
  readonly applied: readonly string[];
  readonly hasRows: boolean;
}

/** The tables of the first Jarvis backend. */
const FIRST_TABLES = ['events', 'conversations', 'cluster_snapshots', 'preferences'];

/**
 * Opens a file to look at it, so that looking changes nothing: the last connection that could write would bring what is
 * in the log into the file when it closes. Without a log there is nothing to bring, and only a connection that could
 * write takes its own files away again.
 */
export function openToLook(file: string): SqliteHandle {
  const handle = new Sqlite(file, {
    readonly: hasFrames(`${file}-wal`),
    fileMustExist: true,
    timeout: LOCK_TIMEOUT_MS,
  });
  handle.pragma('trusted_schema = OFF');
  handle.pragma('cell_size_check = ON');
  return handle;
}

/** @throws an error with the code of SQLite where the schema cannot be read. */
export function inspect(file: string): FileState {
  if (!existsSync(file) || statSync(file).size === 0) return { tables: [], applied: [], hasRows: false };
  const handle = openToLook(file);
  try {
    const tables = handle
      .prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .pluck()
      .all() as string[];
    const applied = tables.includes(MIGRATIONS_TABLE)
      ? (handle.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[])
      : [];
    const hasRows = tables.some((table) => table !== MIGRATIONS_TABLE && mayHaveRows(handle, table));
    return { tables, applied, hasRows };
  } finally {
    handle.close();
  }
}

/** A table that cannot be read, such as a virtual one of a module that is not loaded, counts as one with rows. */
function mayHaveRows(handle: SqliteHandle, table: string): boolean {
  try {
    return handle.prepare(`SELECT 1 FROM ${quoted(table)} LIMIT 1`).get() !== undefined;
  } catch {
    return true;
  }
}

/** @throws FileRefused where a newer version or another program made the file. */
export function refuseOthers({ tables, applied }: FileState): void {
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = applied.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw new FileRefused(
      `The database file was written by a newer version (it knows ${unknown}).`,
      'It was written by a newer version of this service.',
    );
  }
  if (applied.length > 0 || tables.length === 0) return;
  if (tables.some((table) => table === MIGRATIONS_TABLE || FIRST_TABLES.includes(table))) return;
  throw new FileRefused(
    `it belongs to another program: it has tables (${tables.slice(0, 5).join(', ')}), but none of Jarvis.`,
    'It belongs to another program.',
  );
}

/** How many findings are read: what the owner's own rules find wrong is not damage, and is passed over. */
const MOST_FINDINGS = 100;
const OWN_RULE = /^CHECK constraint failed/;

/**
 * Looks at every page of a file, without holding the contents of indexes against their tables.
 * @returns what is damaged in it; `undefined` where it is in order.
 * @throws an error where it cannot be read at all: a lock, a disk that does not answer.
 */
export function findDamage(file: string): string | undefined {
  try {
    const handle = openToLook(file);
    try {
      return damageIn(handle);
    } finally {
      handle.close();
    }
  } catch (error) {
    if (isDamage(error)) return (error as Error).message;
    throw error;
  }
}

export function damageIn(handle: SqliteHandle): string | undefined {
  const findings = handle.prepare(`PRAGMA quick_check(${MOST_FINDINGS})`).pluck().all() as string[];
  const wrong = findings.filter((finding) => finding !== 'ok' && !OWN_RULE.test(finding));
  return wrong[0]?.replaceAll('\n', ' ');
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
