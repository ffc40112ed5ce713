import type { LoggerService } from '@nestjs/common';
import type { Level, Logger } from 'pino';
import { describeError, isError, withoutSecrets } from '../../problems/described-error.js';
import { loggable } from './hidden.js';
import { LEVELS } from './log.js';

/** What Nest tells of itself while it starts: of use to who debugs the wiring, noise to all others. */
const WIRING: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

const STACK = /\n +at /;

interface Line {
  msg?: string;
  [name: string]: unknown;
}

/**
 * Nest's logger on top of pino. A text becomes `msg`, the members of an object become members of the line, and its
 * `message` the `msg`. Errors are described without the values of their statements.
 */
export class ServiceLogger implements LoggerService {
  constructor(private readonly lines: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(WIRING.has(rest.at(-1)) ? LEVELS.debug : LEVELS.log, message, rest);
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
    this.writeFault(LEVELS.error, message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.writeFault(LEVELS.fatal, message, rest);
  }

  /** What follows a message is, in Nest, more messages and then where it comes from. */
  private write(level: Level, message: unknown, rest: readonly unknown[], stack?: string): void {
    if (!this.lines.isLevelEnabled(level)) return;
    const { msg = '', ...members }: Line = { context: rest.at(-1), ...lineOf(message) };
    const more = rest.slice(0, -1).map((part) => lineOf(part).msg ?? '');
    if (stack !== undefined) members['err'] = { stack: withoutSecrets(stack) };
    this.lines[level](members, [msg, ...more].join(' '));
  }

  /** Of an error, the first thing that follows may be its stack; without a context it is the only one. */
  private writeFault(level: Level, message: unknown, [first, ...rest]: readonly unknown[]): void {
    const isStack = typeof first === 'string' && (rest.length > 0 || STACK.test(first));
    if (isStack) this.write(level, message, rest, first);
    else this.write(level, message, first === undefined ? rest : [first, ...rest]);
  }
}

function lineOf(message: unknown): Line {
  if (isError(message)) {
    const err = describeError(message);
    return { msg: err.message, err };
  }
  if (typeof message !== 'object' || message === null) return { msg: withoutSecrets(String(message)) };
  const { message: msg, ...members } = loggable(message);
  return typeof msg === 'string' ? { ...members, msg } : members;
}
