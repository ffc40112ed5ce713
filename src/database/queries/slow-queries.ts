import type { LoggerService } from '@nestjs/common';
import type { DataSource, DataSourceOptions, Logger } from 'typeorm';
import type { Query } from '../query.js';

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

/** Tells of a query that took longer than the threshold; TypeORM does so for its own. */
export function logIfSlow({ logger, options }: DataSource, { text, values }: Query, ms: number): void {
  const { maxQueryExecutionTime = 0 } = options;
  const took = Math.round(ms);
  if (maxQueryExecutionTime > 0 && took > maxQueryExecutionTime) logger.logQuerySlow(took, text, [...values]);
}
