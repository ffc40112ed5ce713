import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { EntityManager } from 'typeorm';
import { JsonText } from '../../../json/index.js';
import { CONTENT_TABLES, type Cell, type ContentTable, type Kind, type StoredRow } from '../../catalogue.js';
import { sameRow } from '../../queries/same-row.js';
import type { RowTransfer } from '../../engine.js';
import { sqliteHandle } from '../connection/handle.js';
import { placesOf } from '../../queries/lists.js';

/** Writes rows with their own keys. */
export const SQLITE_TRANSFER: RowTransfer = {
  insert: (manager, kind, rows) => Promise.resolve(insert(manager, kind, rows)),
  raiseLastIds: (manager, lastIds) => {
    raiseLastIds(manager, lastIds);
    return Promise.resolve();
  },
};

interface Insert {
  readonly statement: Statement;
  /** The fields whose values it takes. */
  readonly fields: readonly string[];
}

const inserts = new WeakMap<SqliteHandle, Map<Kind, Insert>>();

/**
 * Inserts rows with their own keys, inside a unit of work. Rows with an existing key are skipped; where ids say nothing, a row
 * whose id is taken gets another. SQLite raises the AUTOINCREMENT sequence by itself.
 * @returns the number of inserted rows.
 */
function insert(manager: EntityManager, kind: Kind, rows: Iterable<StoredRow>): number {
  const { statement, fields } = insertFor(sqliteHandle(manager.dataSource), kind);
  let added = 0;
  for (const row of rows) added += statement.run(...fields.map((field) => toStored(row[field]))).changes;
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

function insertFor(handle: SqliteHandle, kind: Kind): Insert {
  const prepared = inserts.get(handle) ?? new Map<Kind, Insert>();
  inserts.set(handle, prepared);
  const known = prepared.get(kind);
  if (known) return known;
  const { text, fields } = textOf(CONTENT_TABLES[kind]);
  const insert = { statement: handle.prepare(text), fields };
  prepared.set(kind, insert);
  return insert;
}

function textOf(table: ContentTable): { readonly text: string; readonly fields: readonly string[] } {
  const { name, key, columns, entry } = table;
  const names = columns.map(({ column }) => `"${column}"`).join(', ');
  const all = columns.map(({ field }) => field);
  const places = placesOf(columns);
  if (!entry.sameBy)
    return {
      text: `INSERT INTO "${name}" (${names}) VALUES (${places}) ON CONFLICT ("${key}") DO NOTHING`,
      fields: all,
    };
  const { condition, fields } = sameRow(table);
  // The id comes first, and is none where it is taken: SQLite gives one out.
  const values = `(SELECT given.id FROM (SELECT ? AS id) AS given
    WHERE NOT EXISTS (SELECT 1 FROM "${name}" AS taken WHERE taken."${key}" = given.id))`;
  const others = all.filter((field) => field !== key);
  const placed = [values, ...others.map(() => '?')].join(', ');
  const inOrder = [key, ...others].map(
    (field) => `"${columns.find((one) => one.field === field)?.column ?? field}"`,
  );
  return {
    text: `INSERT INTO "${name}" (${inOrder.join(', ')}) SELECT ${placed} WHERE NOT EXISTS (SELECT 1 FROM "${name}" WHERE ${condition})`,
    fields: [key, ...others, ...fields],
  };
}

function toStored(cell: Cell | undefined): string | number | null {
  if (cell instanceof JsonText) return cell.text;
  return typeof cell === 'boolean' ? Number(cell) : (cell ?? null);
}
