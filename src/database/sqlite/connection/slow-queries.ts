import type { LoggerService } from '@nestjs/common';
import type { DataSourceOptions, Logger } from 'typeorm';

/** What TypeORM is told about watching its statements. */
export type QueryWatch = Pick<DataSourceOptions, 'logger' | 'maxQueryExecutionTime'>;

const LONGEST_STATEMENT = 1000;
const nothing = (): void => undefined;

/** TypeORM says nothing by itself: whoever opens the database or migrates it says what became of it. */
export const SILENT: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

/**
 * Warns of statements that take long: their text and the time, never the values, which are somebody's words.
 * @param boundMs what a statement may take, in milliseconds; 0 for any time.
 */
export function watchQueries(boundMs: number, log: LoggerService): QueryWatch {
  const logQuerySlow = (ms: number, sql: string): void => {
    log.warn(`A query took ${ms} ms: ${sql.replace(/\s+/g, ' ').slice(0, LONGEST_STATEMENT)}`);
  };
  return { maxQueryExecutionTime: boundMs, logger: { ...SILENT, logQuerySlow } };
}
