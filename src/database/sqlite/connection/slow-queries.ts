import type { LoggerService } from '@nestjs/common';
import type { DataSourceOptions, Logger } from 'typeorm';

/** The options of TypeORM for slow query logging. */
export type QueryWatch = Pick<DataSourceOptions, 'logger' | 'maxQueryExecutionTime'>;

const MAX_STATEMENT_LENGTH = 1000;
const noop = (): void => undefined;

/** Silences TypeORM: the code that opens or migrates the database logs the outcome. */
export const SILENT: Logger = {
  logQuery: noop,
  logQueryError: noop,
  logQuerySlow: noop,
  logSchemaBuild: noop,
  logMigration: noop,
  log: noop,
};

/**
 * Logs slow statements: their SQL and duration, never the values, which are private.
 * @param thresholdMs 0 for no log.
 */
export function watchQueries(thresholdMs: number, log: LoggerService): QueryWatch {
  const logQuerySlow = (ms: number, sql: string): void => {
    log.warn(`A query took ${ms} ms: ${sql.replace(/\s+/g, ' ').slice(0, MAX_STATEMENT_LENGTH)}`);
  };
  return { maxQueryExecutionTime: thresholdMs, logger: { ...SILENT, logQuerySlow } };
}
