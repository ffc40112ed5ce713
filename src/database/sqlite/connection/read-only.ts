// Read-only access to a file, shared by worker threads and the service.
import { existsSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';

/** Timeout of a statement that waits for a lock of another program. */
export const LOCK_TIMEOUT_MS = 5000;

/** SQLite codes for invalid or missing bytes; an unresponsive disk yields none of these. */
export const DAMAGE_CODE = /^SQLITE_(?:CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/;

/** Limit of findings per check. Violated CHECK constraints of the operator are not damage, and are skipped. */
const MAX_FINDINGS = 100;
const CHECK_CONSTRAINT = /^CHECK constraint failed/;

/**
 * Opens a database that may be in use, for queries only, and leaves no files behind. Without a write-ahead log the
 * connection is opened read-write, because only such a connection removes the `-wal` and `-shm` files when it closes; with
 * one, of a service that runs or was killed, it is opened read-only, so that closing does not checkpoint the log.
 *
 * @param readonly whether closing leaves all files unchanged
 */
export function openReadOnly(file: string, readonly = existsSync(`${file}-wal`)): SqliteHandle {
  const handle = new Sqlite(file, { readonly, fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  for (const setting of ['query_only = ON', 'trusted_schema = OFF', 'cell_size_check = ON']) {
    handle.pragma(setting);
  }
  return handle;
}

/** Opens a database like `openReadOnly`, and closes it after use. */
export function readDatabase<T>(file: string, use: (handle: SqliteHandle) => T, readonly?: boolean): T {
  const handle = openReadOnly(file, readonly);
  try {
    return use(handle);
  } finally {
    handle.close();
  }
}

/** A quoted SQL identifier. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Checks every page (`quick_check`), without comparing indexes with their tables.
 *
 * @param table limits the check to one table
 * @returns the first finding, if any
 */
export function damageIn(handle: SqliteHandle, table?: string): string | undefined {
  const scope = table === undefined ? MAX_FINDINGS : quoted(table);
  const findings = handle.prepare<[], string>(`PRAGMA quick_check(${scope})`).pluck().all();
  return findings
    .find((finding) => finding !== 'ok' && !CHECK_CONSTRAINT.test(finding))
    ?.replaceAll('\n', ' ');
}
