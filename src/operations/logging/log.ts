import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import type { Environment } from '../../config/index.js';

/** Nest's levels, mapped to those of pino. */
export const LEVELS = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
  verbose: 'trace',
} as const satisfies Record<Environment['LOG_LEVEL'], Level>;

/** One JSON object a line: `level`, `time` in canonical form, the members of the line, `msg`. */
export function createLog(least: Environment['LOG_LEVEL'], stream: DestinationStream): Logger {
  const options = {
    level: LEVELS[least],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, stream);
}
