import type { Environment } from '../../config/index.js';
import { endOnCrash } from './crash.js';
import { createLog } from './log.js';
import { ServiceLogger } from './service-logger.js';
import { openLogStream } from './stream.js';

export { createLog } from './log.js';
export { logRequests } from './request-log.js';
export { ServiceLogger } from './service-logger.js';

/** The logger of a serving process: writes to standard output, and logs a crash before the process ends. */
export async function openServiceLogger(least: Environment['LOG_LEVEL']): Promise<ServiceLogger> {
  const logger = new ServiceLogger(createLog(least, await openLogStream()));
  endOnCrash(logger);
  return logger;
}
