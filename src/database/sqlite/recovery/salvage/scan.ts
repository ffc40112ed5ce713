import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { isDamage } from '../../connection/errors.js';
import { quoted } from '../../connection/read-only.js';

export type Row = readonly unknown[];
type Take = (row: Row, key?: bigint) => void;

/** Keys that may still hold rows that nobody has read. */
interface Range {
  readonly from: bigint;
  readonly to: bigint;
}

const SMALLEST = -(2n ** 63n);
const LARGEST = 2n ** 63n - 1n;
/** Bounds the time for a table of which nearly nothing can be read; each scan takes some microseconds. */
const MOST_SCANS = 20_000;

/**
 * Reads a table by its row id from both ends to where it is damaged, and looks for more in between by halving what is
 * left, the largest parts first.
 * @param columns quoted names.
 */
export function readAround(
  source: SqliteHandle,
  table: string,
  columns: readonly string[],
  take: Take,
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
  const ranges: Range[] = [{ from: SMALLEST, to: LARGEST }];
  for (let next = 0; next < ranges.length && next < MOST_SCANS; next++) {
    const afterDamage = readUp(ascending, ranges[next] as Range, take);
    const unread = afterDamage && readDown(descending, afterDamage, take);
    if (unread) ranges.push(...halves(bounded(unread, source, table)));
  }
}

/** Reads rows by ascending key to where the table is damaged. @returns the keys that were not reached. */
function readUp(statement: Statement, { from, to }: Range, take: Take): Range | undefined {
  const isWhole = scan(statement, { from, to }, (key, row) => {
    if (key < from || key > to) return false;
    from = key + 1n;
    take(row, key);
    return true;
  });
  return isWhole || from > to ? undefined : { from, to };
}

/** Reads rows by descending key to where the table is damaged. @returns the keys that were not reached. */
function readDown(statement: Statement, { from, to }: Range, take: Take): Range | undefined {
  scan(statement, { from, to }, (key, row) => {
    if (key < from || key > to) return false;
    to = key - 1n;
    take(row, key);
    return true;
  });
  return from > to ? undefined : { from, to };
}

/**
 * @param see gets every row until it answers that the key of one cannot be right.
 * @returns whether the range was read to its end.
 */
function scan(statement: Statement, { from, to }: Range, see: (key: bigint, row: Row) => boolean): boolean {
  try {
    for (const [key, ...row] of statement.iterate(from, to) as Iterable<[bigint, ...unknown[]]>) {
      if (!see(key, row)) return false;
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

/** Where not even the ends could be read, ids lie between 1 and the last one that was given out. */
function bounded({ from, to }: Range, source: SqliteHandle, table: string): Range {
  const low = from === SMALLEST ? 1n : from;
  if (to !== LARGEST) return { from: low, to };
  const last = lastId(source, table) ?? low + UNKNOWN_IDS;
  return { from: low, to: last > low ? last : low };
}

const UNKNOWN_IDS = 2n ** 24n;

/** The last id that a table has given out; `undefined` where nothing tells. */
export function lastId(source: SqliteHandle, table: string): bigint | undefined {
  try {
    const sequence = source.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').pluck().safeIntegers();
    const last = sequence.get(table);
    return typeof last === 'bigint' ? last : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a table without row ids: by its key from both ends, as far as that goes. */
export function readFromEnds(
  source: SqliteHandle,
  table: string,
  columns: readonly string[],
  key: readonly string[],
  take: Take,
): void {
  const read = (order: 'ASC' | 'DESC'): Statement => {
    const by = key.map((name) => `${name} ${order}`).join(', ');
    return source
      .prepare(`SELECT ${columns.join(', ')} FROM ${quoted(table)} ORDER BY ${by}`)
      .raw()
      .safeIntegers();
  };
  // The rule that keys are unique leaves out what comes from both sides.
  for (const order of ['ASC', 'DESC'] as const) {
    try {
      for (const row of read(order).iterate() as Iterable<Row>) take(row);
      return;
    } catch (error) {
      if (!isDamage(error)) throw error;
    }
  }
}
