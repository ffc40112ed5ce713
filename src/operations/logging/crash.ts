import type { ServiceLogger } from './service-logger.js';

/**
 * Logs an uncaught exception and ends the process with status 1: its state is unknown, and acknowledged writes are on
 * disk. Pino flushes synchronously after a fatal line.
 */
export function endOnCrash(logger: ServiceLogger): void {
  process.once('uncaughtException', (error) => {
    logger.fatal(error, 'Process');
    process.exit(1);
  });
}
