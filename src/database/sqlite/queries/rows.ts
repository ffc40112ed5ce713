import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import type { Query, QueryResult, Value } from '../../query.js';
import { bytesOf } from '../../row-size.js';
import { sqliteHandle } from '../connection/handle.js';

interface Prepared {
  readonly statement: Statement<Value[]>;
  /** None where it gives no rows. */
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
export function* readRows(dataSource: DataSource, query: Query): Generator<Read, void> {
  const { statement, columns } = preparedFor(dataSource, query.text);
  dataSource.logger.logQuery(query.text, [...query.values]);
  const begun = performance.now();
  try {
    for (const cells of statement.iterate(...query.values)) yield readOf(columns, cells as unknown[]);
  } finally {
    tellIfSlow(dataSource, query, begun);
  }
}

/**
 * Runs a statement that writes, in the transaction that is open. TypeORM would take it apart, make a result object and
 * wait for a promise, which together cost more than a small insert does.
 */
export function runQuery(dataSource: DataSource, query: Query): QueryResult {
  const { statement } = preparedFor(dataSource, query.text);
  const begun = performance.now();
  try {
    const { changes, lastInsertRowid } = statement.run(...query.values);
    return { changes, lastId: Number(lastInsertRowid) };
  } finally {
    tellIfSlow(dataSource, query, begun);
  }
}

function tellIfSlow({ logger, options }: DataSource, { text, values }: Query, begun: number): void {
  const { maxQueryExecutionTime = 0 } = options;
  const took = Math.round(performance.now() - begun);
  if (maxQueryExecutionTime > 0 && took > maxQueryExecutionTime) logger.logQuerySlow(took, text, [...values]);
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
  const made = prepare(sqliteHandle(dataSource).prepare<Value[]>(text));
  known.set(text, made);
  return made;
}

function prepare(statement: Statement<Value[]>): Prepared {
  if (!statement.reader) return { statement, columns: [] };
  return { statement: statement.raw(), columns: statement.columns().map(({ name }) => name) };
}
