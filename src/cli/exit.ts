import { codeOf } from '../problems/errors.js';

/** What the commands end with, for scripts. Commander itself ends with 1 for what it cannot parse. */
export const EXIT = {
  DONE: 0,
  /** The command could not do what it was asked to; nothing was half-done. */
  FAILED: 1,
  /** What was looked at is not in order: `check` found damage, an import has wrong lines. */
  NOT_IN_ORDER: 2,
  /** Another process has the database file. */
  IN_USE: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with one line and an exit code of its own. Any other error ends it with `EXIT.FAILED`. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.FAILED,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

/** The codes, for the help. */
export const EXIT_HELP = `
Exit codes:
  0  done
  1  could not be done; nothing was half-done
  2  what was looked at is not in order: a damaged file, wrong lines
  3  another process has the database`;

/** What a program ends with that failed with this. The error is known by its code: its class would load the service. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  return codeOf(error) === 'DATABASE_IN_USE' ? EXIT.IN_USE : EXIT.FAILED;
}
