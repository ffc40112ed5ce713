import pino, { type DestinationStream, type Level, type Logger } from 'pino';
import type { Environment } from '../config/index.js';

/** The levels of Nest, by those of pino. */
export const LEVELS = {
  fatal: 'fatal',
  error: 'error',
  warn: 'warn',
  log: 'info',
  debug: 'debug',
  verbose: 'trace',
} as const satisfies Record<Environment['LOG_LEVEL'], Level>;

/**
 * What is hidden wherever an object is logged, one level down as well. Nothing of it is meant to be logged at all: this
 * is for the mistake that is made one day.
 */
const HIDDEN = [
  'authorization',
  'Authorization',
  'body',
  'cookie',
  'current',
  'headers',
  'key',
  'next',
  'parameters',
  'password',
  'secret',
  'set-cookie',
  'token',
  'x-api-key',
  'JARVIS_PASSWORD',
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
];

/** One JSON object a line: `level`, `time` in the one form of time, what the line is about, `msg`. */
export function createLog(least: Environment['LOG_LEVEL'], stream: DestinationStream): Logger {
  const options = {
    level: LEVELS[least],
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: HIDDEN.flatMap((name) => [`["${name}"]`, `*["${name}"]`]), censor: '[hidden]' },
  };
  return pino(options, stream);
}
