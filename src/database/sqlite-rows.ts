import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { sqliteHandle } from './sqlite-transaction.js';

export type Value = string | number;

/** The text of a statement, or of a part of one, with the values of its places. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Value[];
}

/** Each shape of a list is one statement. */
const MOST_PREPARED = 500;
const prepared = new WeakMap<DataSource, LRUCache<string, Statement<Value[]>>>();

/**
 * Gives rows one by one: those past the last that is asked for are never read. TypeORM reads all that a statement gives
 * before anybody can see how large it is. Nothing else can use the connection until the last row was given or the loop
 * was left, so the loop awaits nothing.
 */
export function* readRows(dataSource: DataSource, { text, values }: Sql): Generator<unknown, void> {
  dataSource.logger.logQuery(text, [...values]);
  const begun = performance.now();
  try {
    yield* statementOf(dataSource, text).iterate(...values);
  } finally {
    const { maxQueryExecutionTime = 0 } = dataSource.options;
    const took = Math.round(performance.now() - begun);
    if (maxQueryExecutionTime > 0 && took > maxQueryExecutionTime) {
      dataSource.logger.logQuerySlow(took, text, [...values]);
    }
  }
}

function statementOf(dataSource: DataSource, text: string): Statement<Value[]> {
  const known = prepared.get(dataSource) ?? new LRUCache({ max: MOST_PREPARED });
  prepared.set(dataSource, known);
  const statement = known.get(text) ?? sqliteHandle(dataSource).prepare<Value[]>(text);
  known.set(text, statement);
  return statement;
}
