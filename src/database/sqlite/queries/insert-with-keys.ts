import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { EntityManager } from 'typeorm';
import { JsonText } from '../../../json/index.js';
import { CONTENT_TABLES, type Cell, type Kind, type StoredRow } from '../../catalogue.js';
import type { RowTransfer } from '../../engine.js';
import { sqliteHandle } from '../connection/handle.js';

/** Writes rows with their own keys. */
export const SQLITE_TRANSFER: RowTransfer = {
  insert: (manager, kind, rows) => Promise.resolve(insert(manager, kind, rows)),
  raiseLastIds: (manager, lastIds) => {
    raiseLastIds(manager, lastIds);
    return Promise.resolve();
  },
};

const inserts = new WeakMap<SqliteHandle, Map<Kind, Statement>>();

/**
 * Inserts rows with their own keys, inside a unit of work. Rows with an existing key are skipped. SQLite raises the
 * AUTOINCREMENT sequence by itself.
 * @returns the number of inserted rows.
 */
function insert(manager: EntityManager, kind: Kind, rows: Iterable<StoredRow>): number {
  const statement = insertFor(sqliteHandle(manager.dataSource), kind);
  const { columns } = CONTENT_TABLES[kind];
  let added = 0;
  for (const row of rows) added += statement.run(...columns.map(({ field }) => toStored(row[field]))).changes;
  return added;
}

/** Raises the AUTOINCREMENT sequences, so that ids up to the given ones are never reused. */
function raiseLastIds(manager: EntityManager, lastIds: Partial<Record<Kind, number>>): void {
  const handle = sqliteHandle(manager.dataSource);
  const raise = handle.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
  const begin = handle.prepare('INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)');
  for (const [kind, last] of Object.entries(lastIds) as [Kind, number][]) {
    const { name } = CONTENT_TABLES[kind];
    if (raise.run(last, name).changes === 0) begin.run(last, name);
  }
}

function insertFor(handle: SqliteHandle, kind: Kind): Statement {
  const prepared = inserts.get(handle) ?? new Map<Kind, Statement>();
  inserts.set(handle, prepared);
  const known = prepared.get(kind);
  if (known) return known;
  const { name: table, key, columns } = CONTENT_TABLES[kind];
  const names = columns.map(({ column }) => `"${column}"`).join(', ');
  const places = columns.map(() => '?').join(', ');
  const insert = handle.prepare(
    `INSERT INTO "${table}" (${names}) VALUES (${places}) ON CONFLICT ("${key}") DO NOTHING`,
  );
  prepared.set(kind, insert);
  return insert;
}

function toStored(cell: Cell | undefined): string | number | null {
  if (cell instanceof JsonText) return cell.text;
  return typeof cell === 'boolean' ? Number(cell) : (cell ?? null);
}
