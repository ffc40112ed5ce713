import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { isDamage } from '../../connection/errors.js';
import { quoted } from '../../connection/read-only.js';

export type Row = readonly unknown[];
type RowHandler = (row: Row, key?: bigint) => void;

/** A range of keys that may hold unread rows. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

const MIN_KEY = -(2n ** 63n);
const MAX_KEY = 2n ** 63n - 1n;
/** Bounds the time for a table that is nearly unreadable; each scan takes some microseconds. */
const MAX_SCANS = 20_000;

/**
 * Reads a table by row id from both ends up to the damage, and searches the rest by bisection, the largest ranges first.
 * @param columns quoted names.
 */
export function readAroundDamage(
  source: SqliteHandle,
  table: string,
  columns: readonly string[],
  take: RowHandler,
): void {
  const read = (order: 'ASC' | 'DESC'): Statement =>
    source
      .prepare(
        `SELECT _rowid_, ${columns.join(', ')} FROM ${quoted(table)}
         WHERE _rowid_ BETWEEN ? AND ? ORDER BY _rowid_ ${order}`,
      )
      .raw()
      .safeIntegers();
  const ascending = read('ASC');
  const descending = read('DESC');
  const ranges: Range[] = [{ from: MIN_KEY, to: MAX_KEY }];
  for (let next = 0; next < ranges.length && next < MAX_SCANS; next++) {
    const afterDamage = readUp(ascending, ranges[next] as Range, take);
    const unread = afterDamage && readDown(descending, afterDamage, take);
    if (unread) ranges.push(...halves(bounded(unread, source, table)));
  }
}

/** Reads rows by ascending key up to the damage. @returns the range that was not reached. */
function readUp(statement: Statement, { from, to }: Range, take: RowHandler): Range | undefined {
  const isWhole = scan(statement, { from, to }, (key, row) => {
    if (key < from || key > to) return false;
    from = key + 1n;
    take(row, key);
    return true;
  });
  return isWhole || from > to ? undefined : { from, to };
}

/** Reads rows by descending key down to the damage. @returns the range that was not reached. */
function readDown(statement: Statement, { from, to }: Range, take: RowHandler): Range | undefined {
  scan(statement, { from, to }, (key, row) => {
    if (key < from || key > to) return false;
    to = key - 1n;
    take(row, key);
    return true;
  });
  return from > to ? undefined : { from, to };
}

/**
 * @param visit called with each row until it returns false, because the key is out of range.
 * @returns whether the range was read to its end.
 */
function scan(statement: Statement, { from, to }: Range, visit: (key: bigint, row: Row) => boolean): boolean {
  try {
    for (const [key, ...row] of statement.iterate(from, to) as Iterable<[bigint, ...unknown[]]>) {
      if (!visit(key, row)) return false;
    }
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

function halves({ from, to }: Range): Range[] {
  if (from >= to) return [];
  const middle = from + (to - from) / 2n;
  return [
    { from, to: middle },
    { from: middle + 1n, to },
  ];
}

/** Limits a range whose ends could not be read to the ids from 1 to the last one given out. */
function bounded({ from, to }: Range, source: SqliteHandle, table: string): Range {
  const low = from === MIN_KEY ? 1n : from;
  if (to !== MAX_KEY) return { from: low, to };
  const last = lastId(source, table) ?? low + ASSUMED_ID_RANGE;
  return { from: low, to: last > low ? last : low };
}

const ASSUMED_ID_RANGE = 2n ** 24n;

/** The last id that a table has given out; `undefined` where it is unknown. */
export function lastId(source: SqliteHandle, table: string): bigint | undefined {
  try {
    const sequence = source.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().safeIntegers();
    const last = sequence.get(table);
    return typeof last === 'bigint' ? last : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a WITHOUT ROWID table by its primary key from both ends, as far as possible. */
export function readFromEnds(
  source: SqliteHandle,
  table: string,
  columns: readonly string[],
  key: readonly string[],
  take: RowHandler,
): void {
  const read = (order: 'ASC' | 'DESC'): Statement => {
    const by = key.map((name) => `${name} ${order}`).join(', ');
    return source
      .prepare(`SELECT ${columns.join(', ')} FROM ${quoted(table)} ORDER BY ${by}`)
      .raw()
      .safeIntegers();
  };
  // The unique key rejects rows that are read from both ends.
  for (const order of ['ASC', 'DESC'] as const) {
    try {
      for (const row of read(order).iterate() as Iterable<Row>) take(row);
      return;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
}
