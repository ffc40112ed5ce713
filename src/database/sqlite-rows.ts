import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { bytesOf } from './row-size.js';
import { sqliteHandle } from './sqlite-transaction.js';

export type Value = string | number;

/** The text of a statement, or of a part of one, with the values of its places. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Value[];
}

interface Prepared {
  readonly statement: Statement<Value[]>;
  readonly columns: readonly string[];
}

/** A row, and how many bytes its texts take as they are stored. */
export interface Read {
  readonly row: Readonly<Record<string, unknown>>;
  readonly bytes: number;
}

/** Each shape of a list is one statement. */
const MOST_PREPARED = 500;
const prepared = new WeakMap<DataSource, LRUCache<string, Prepared>>();

/**
 * Gives rows one by one: those past the last that is asked for are never read. TypeORM reads all that a statement gives
 * before anybody can see how large it is. Nothing else can use the connection until the last row was given or the loop
 * was left, so the loop awaits nothing.
 */
export function* readRows(dataSource: DataSource, { text, values }: Sql): Generator<Read, void> {
  const { statement, columns } = preparedFor(dataSource, text);
  dataSource.logger.logQuery(text, [...values]);
  const begun = performance.now();
  try {
    for (const cells of statement.iterate(...values)) yield readOf(columns, cells as unknown[]);
  } finally {
    const { maxQueryExecutionTime = 0 } = dataSource.options;
    const took = Math.round(performance.now() - begun);
    if (maxQueryExecutionTime > 0 && took > maxQueryExecutionTime) {
      dataSource.logger.logQuerySlow(took, text, [...values]);
    }
  }
}

/** The driver makes an object of a row in about twice the time. */
function readOf(columns: readonly string[], cells: readonly unknown[]): Read {
  const row: Record<string, unknown> = {};
  let bytes = 0;
  let index = 0;
  for (const column of columns) {
    const cell = cells[index++];
    if (typeof cell === 'string') bytes += bytesOf(cell);
    row[column] = cell;
  }
  return { row, bytes };
}

function preparedFor(dataSource: DataSource, text: string): Prepared {
  const known = prepared.get(dataSource) ?? new LRUCache({ max: MOST_PREPARED });
  prepared.set(dataSource, known);
  const found = known.get(text);
  if (found) return found;
  const statement = sqliteHandle(dataSource).prepare<Value[]>(text).raw();
  const made = { statement, columns: statement.columns().map(({ name }) => name) };
  known.set(text, made);
  return made;
}
