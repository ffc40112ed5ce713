import type { LoggerService } from '@nestjs/common';
import type { Level, Logger } from 'pino';
import { describeError, isError, redactSecrets } from '../../problems/described-error.js';
import { redact } from './hidden.js';
import { LEVELS } from './log.js';

/** The contexts of Nest's start-up messages, which are logged at `debug`. */
const STARTUP_CONTEXTS: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

const STACK_LINE = /\n +at /;

interface Line {
  msg?: string;
  [name: string]: unknown;
}

/**
 * Nest's logger on top of pino. A text becomes `msg`; the members of an object become members of the line, and its
 * `message` becomes `msg`. Errors are described without the values of their SQL statements.
 */
export class ServiceLogger implements LoggerService {
  constructor(private readonly lines: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(STARTUP_CONTEXTS.has(rest.at(-1)) ? LEVELS.debug : LEVELS.log, message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write(LEVELS.warn, message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write(LEVELS.debug, message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write(LEVELS.verbose, message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.writeError(LEVELS.error, message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.writeError(LEVELS.fatal, message, rest);
  }

  /** In Nest, the parameters after a message are more messages and, last, the context. */
  private write(level: Level, message: unknown, rest: readonly unknown[], stack?: string): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const { msg = '', ...members }: Line = { context: rest.at(-1), ...lineOf(message) };
    const more = rest.slice(0, -1).map((part) => lineOf(part).msg ?? '');
    if (stack !== undefined) members['err'] = { stack: redactSecrets(stack) };
    this.lines[level](members, [msg, ...more].join(' '));
  }

  /** The first parameter after an error message may be its stack; without a context it is the only one. */
  private writeError(level: Level, message: unknown, [first, ...rest]: readonly unknown[]): void {
    const isStack = typeof first === 'string' && (rest.length > 0 || STACK_LINE.test(first));
    if (isStack) this.write(level, message, rest, first);
    else this.write(level, message, first === undefined ? rest : [first, ...rest]);
  }
}

function lineOf(message: unknown): Line {
  if (isError(message)) {
    const err = describeError(message);
    return { msg: err.message, err };
  }
  if (typeof message !== 'object' || message === null) return { msg: redactSecrets(String(message)) };
  const { message: msg, ...members } = redact(message);
  return typeof msg === 'string' ? { ...members, msg } : members;
}
