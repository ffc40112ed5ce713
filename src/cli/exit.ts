import { codeOf } from '../problems/errors.js';

/** Exit codes of the commands. Commander itself exits with 1 for arguments that it cannot parse. */
export const EXIT = {
  DONE: 0,
  /** The command failed, without partial effects. */
  FAILED: 1,
  /** The input is not in order: `check` found damage, an import has invalid lines. */
  NOT_IN_ORDER: 2,
  /** Another process holds the database file. */
  IN_USE: 3,
  /** The command works on files, and the memory is in PostgreSQL, which does the same by itself. */
  NOT_A_FILE: 4,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a message and an exit code. Any other error ends it with `EXIT.FAILED`. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.FAILED,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

/** The exit codes in the help. */
export const EXIT_HELP = `
Exit codes:
  0  done
  1  could not be done; nothing was half-done
  2  what was looked at is not in order: a damaged file or block, wrong lines
  3  another process has the database
  4  the memory is in PostgreSQL, which does this by itself (compact)`;

/** The exit code for an error. `DatabaseInUse` is recognised by its code: importing the class would load the service. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  return codeOf(error) === 'DATABASE_IN_USE' ? EXIT.IN_USE : EXIT.FAILED;
}
