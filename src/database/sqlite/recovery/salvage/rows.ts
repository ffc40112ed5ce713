import { isUtf8 } from 'node:buffer';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { isWholeBlock } from '../../../../columns/index.js';
import { SNAPSHOT_BLOCKS } from '../../../blocks/block.table.js';
import { columnsWith } from '../../../catalogue.js';
import type { TableReport } from '../quarantine.js';
import { isDamage, sqliteCodeOf } from '../../connection/errors.js';
import { quoted } from '../../connection/read-only.js';
import { readAroundDamage, readFromEnds, type Row } from './scan.js';
import { placesOf } from '../../../queries/lists.js';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
  /** 0 for an ordinary column; others are generated or hidden. */
  readonly hidden: number;
}

const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const TEXT = /CHAR|CLOB|TEXT/i;
/** Stands for invalid UTF-8 after decoding. */
const REPLACEMENT_CHARACTER = '\ufffd';
/** Never stored: the API refuses it in texts, and JSON escapes it. */
const NUL = '\0';

/**
 * Copies the readable rows of a table with their ids. Rows that violate a constraint or the checks below are skipped: that
 * is the only way to detect bytes that changed inside a row.
 *
 * @param isOurs whether the migrations create the table, so that its timestamps are in canonical form.
 */
export function copyRows(
  source: SqliteHandle,
  target: SqliteHandle,
  table: string,
  isOurs: boolean,
): TableReport {
  const columns = commonColumns(source, target, table);
  const names = columns.map(({ name }) => quoted(name));
  const insert = target.prepare(
    `INSERT INTO ${quoted(table)} (${names.join(', ')}) VALUES (${placesOf(names)})`,
  );
  const isPlausible = plausibility(source, table, columns, isOurs);
  const counts = { saved: 0, refused: 0 };
  const copy = (row: Row, key?: bigint): void => {
    if (isPlausible(row, key) && tryInsert(insert, row)) counts.saved++;
    else counts.refused++;
  };
  target.transaction(() => {
    if (hasRowId(target, table)) readAroundDamage(source, table, names, copy);
    else readFromEnds(source, table, names, primaryKey(columns), copy);
  })();
  return { table, saved: counts.saved, ...countLost(source, table, counts) };
}

function tryInsert(insert: Statement, row: Row): boolean {
  try {
    insert.run(...row);
    return true;
  } catch (error) {
    if (sqliteCodeOf(error)?.startsWith('SQLITE_CONSTRAINT')) return false;
    throw error;
  }
}

function commonColumns(source: SqliteHandle, target: SqliteHandle, table: string): Column[] {
  const present = new Set(columnsOf(source, table).map(({ name }) => name));
  return columnsOf(target, table).filter(({ name, hidden }) => hidden === 0 && present.has(name));
}

export function columnsOf(handle: SqliteHandle, table: string): Column[] {
  return handle.prepare(`PRAGMA table_xinfo(${quoted(table)})`).all() as Column[];
}

function hasRowId(handle: SqliteHandle, table: string): boolean {
  const [listed] = handle.prepare(`PRAGMA table_list(${quoted(table)})`).all() as { wr: number }[];
  return listed?.wr !== 1;
}

function primaryKey(columns: readonly Column[]): string[] {
  const keyed = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return keyed.map(({ name }) => quoted(name));
}

function plausibility(
  source: SqliteHandle,
  table: string,
  columns: readonly Column[],
  isOurs: boolean,
): (row: Row, key?: bigint) => boolean {
  const isText = columns.map(({ type }) => TEXT.test(type));
  const isTimestamp = columns.map(({ name }) => isOurs && isContentTimestamp(table, name));
  const isWhole = table === SNAPSHOT_BLOCKS.name ? blockCheck(columns) : () => true;
  return (row, key) =>
    isWhole(row) &&
    row.every((value, index) => {
      if (value === null) return true;
      if (isTimestamp[index] && !(typeof value === 'string' && CANONICAL.test(value))) return false;
      if (isText[index] && typeof value !== 'string') return false;
      if (typeof value !== 'string') return true;
      if (isOurs && value.includes(NUL)) return false;
      if (!value.includes(REPLACEMENT_CHARACTER)) return true;
      return key === undefined || isValidUtf8(source, table, columns[index]?.name ?? '', key);
    });
}

/** Bytes that changed inside a block are detected by its digest. */
function blockCheck(columns: readonly Column[]): (row: Row) => boolean {
  const [body, digest] = ['body', 'digest'].map((name) => columns.findIndex((one) => one.name === name));
  return (row) => isWholeBlock(row[body ?? -1], row[digest ?? -1]);
}

/** Only content rows are checked: a row that denies access (a revoked token) must be kept even if it is damaged. */
function isContentTimestamp(table: string, name: string): boolean {
  return columnsWith('timestamp').some(
    (one) => one.column === name && one.table.name === table && one.table.entry.role === 'content',
  );
}

/** Whether the stored bytes are valid UTF-8: then the replacement character is part of the text itself. */
function isValidUtf8(source: SqliteHandle, table: string, column: string, key: bigint): boolean {
  const read = source.prepare(
    `SELECT CAST(${quoted(column)} AS blob) FROM ${quoted(table)} WHERE _rowid_ = ?`,
  );
  const bytes = read.pluck().get(key);
  return Buffer.isBuffer(bytes) && isUtf8(bytes);
}

/** Counts rows by an undamaged index, which also lists the unreadable rows. */
function countLost(
  source: SqliteHandle,
  table: string,
  { saved, refused }: { saved: number; refused: number },
): { lost?: number } {
  for (const index of wholeIndexes(source, table)) {
    const known = countByIndex(source, table, index);
    if (known !== undefined) return { lost: Math.max(refused, known - saved) };
  }
  return {};
}

function wholeIndexes(source: SqliteHandle, table: string): string[] {
  const indexes = source.prepare(`PRAGMA index_list(${quoted(table)})`).all() as {
    name: string;
    partial: number;
  }[];
  return indexes.filter(({ partial }) => partial === 0).map(({ name }) => name);
}

function countByIndex(source: SqliteHandle, table: string, index: string): number | undefined {
  try {
    const count = source.prepare(`SELECT count(*) FROM ${quoted(table)} INDEXED BY ${quoted(index)}`);
    return Number(count.pluck().get());
  } catch (error) {
    if (isDamage(error) || sqliteCodeOf(error) === 'SQLITE_ERROR') return undefined;
    throw error;
  }
}
