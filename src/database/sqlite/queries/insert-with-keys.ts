import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { EntityManager } from 'typeorm';
import { JsonText } from '../../../json/index.js';
import { KEPT_TABLES, type Cell, type Kind, type KeptRow } from '../../catalogue.js';
import { sqliteHandle } from '../connection/handle.js';

const inserts = new WeakMap<SqliteHandle, Map<Kind, Statement>>();

/**
 * Inserts rows with the keys that they have, inside a unit of work. A key that is there already is left as it is.
 * SQLite raises the sequence of ids by itself.
 * @returns how many of them are new.
 */
export function insertRowsWithKeys(manager: EntityManager, kind: Kind, rows: Iterable<KeptRow>): number {
  const insert = insertFor(sqliteHandle(manager.dataSource), kind);
  const { columns } = KEPT_TABLES[kind];
  let added = 0;
  for (const row of rows) added += insert.run(...columns.map(({ field }) => toStored(row[field]))).changes;
  return added;
}

/** Makes sure that ids up to the given ones are not given out again. */
export function raiseLastIds(manager: EntityManager, lastIds: Partial<Record<Kind, number>>): void {
  const handle = sqliteHandle(manager.dataSource);
  const raise = handle.prepare('UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?');
  const begin = handle.prepare('INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)');
  for (const [kind, last] of Object.entries(lastIds) as [Kind, number][]) {
    const { name } = KEPT_TABLES[kind];
    if (raise.run(last, name).changes === 0) begin.run(last, name);
  }
}

function insertFor(handle: SqliteHandle, kind: Kind): Statement {
  const prepared = inserts.get(handle) ?? new Map<Kind, Statement>();
  inserts.set(handle, prepared);
  const known = prepared.get(kind);
  if (known) return known;
  const { name: table, key, columns } = KEPT_TABLES[kind];
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
