import type { ServiceLogger } from './service-logger.js';

/**
 * Whatever nobody has caught ends the process, with status 1, once it is in the log: nobody knows what else is wrong
 * with it, and what was acknowledged is on disk. Pino writes a fatal line, and all before it, at once.
 */
export function endOnCrash(logger: ServiceLogger): void {
  process.once('uncaughtException', (error) => {
    logger.fatal(error, 'Process');
    process.exit(1);
  });
}
