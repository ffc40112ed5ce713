// What threads and the service share of reading a file, so that both judge it alike.
import { existsSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';

/** How long a statement waits for a lock that another program holds on the file. */
export const LOCK_TIMEOUT_MS = 5000;

/** The codes of SQLite for bytes that make no sense, or are missing; a disk that does not answer has none of these. */
export const DAMAGE_CODE = /^SQLITE_(?:CORRUPT|NOTADB|FORMAT|IOERR_SHORT_READ)/;

/** How many findings are read: what the owner's own rules find wrong is not damage, and is passed over. */
const MOST_FINDINGS = 100;
const OWN_RULE = /^CHECK constraint failed/;

/**
 * Opens a database that others may be using, to read only. Nothing is left behind: where there is no write-ahead log
 * yet, the files that SQLite makes beside the database go when a connection closes that could have written; where
 * there is one, of a service that runs or was killed, closing must not touch it.
 *
 * @param readonly whether closing leaves everything as it is
 */
export function openToRead(file: string, readonly = existsSync(`${file}-wal`)): SqliteHandle {
  const handle = new Sqlite(file, { readonly, fileMustExist: true, timeout: LOCK_TIMEOUT_MS });
  for (const setting of ['query_only = ON', 'trusted_schema = OFF', 'cell_size_check = ON']) {
    handle.pragma(setting);
  }
  return handle;
}

/** Opens a database as `openToRead` does, and closes it after use. */
export function readDatabase<T>(file: string, use: (handle: SqliteHandle) => T, readonly?: boolean): T {
  const handle = openToRead(file, readonly);
  try {
    return use(handle);
  } finally {
    handle.close();
  }
}

/** A name as it stands in SQL. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * Checks every page, without comparing the contents of indexes with their tables.
 *
 * @param table the only one to check
 * @returns what is damaged first, if anything is
 */
export function damageIn(handle: SqliteHandle, table?: string): string | undefined {
  const scope = table === undefined ? MOST_FINDINGS : quoted(table);
  const findings = handle.prepare<[], string>(`PRAGMA quick_check(${scope})`).pluck().all();
  return findings.find((finding) => finding !== 'ok' && !OWN_RULE.test(finding))?.replaceAll('\n', ' ');
}
