import { codeOf, reasonOf } from '../problems/errors.js';
import { CommandError, EXIT, type ExitCode } from './exit.js';

/** Aborted by SIGINT and SIGTERM. @param outcome what that leaves behind, in words. */
export function stopSignal(outcome: string): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort(new Error(`Stopped by ${signal}; ${outcome}.`));
    });
  }
  return stopping.signal;
}

/** What a failure leaves behind, in words, and what to do where the other side cannot be used as it is. */
interface Told {
  readonly outcome: string;
  readonly advice?: string;
}

/** What a command says where a memory could not be copied. */
export function copyingFailed(error: unknown, told: Told): CommandError {
  if (error instanceof CommandError) return error;
  return new CommandError(reasonFor(error, told), copyingExitCode(error));
}

function reasonFor(error: unknown, { outcome, advice = '' }: Told): string {
  if (isFull(error)) return `There is no room on the disk of the new place; ${outcome}.`;
  if (!isNamed(error, 'CopyRefused')) return reasonOf(error);
  // One that has a cause could not be asked at all.
  const isAsked = codeOf(error) === undefined && error.cause === undefined;
  return isAsked && advice !== '' ? `${error.message} ${advice}` : error.message;
}

/** By codes of the file system, of SQLite, and of PostgreSQL. */
function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'SQLITE_FULL', '53100', 'storage_full'].includes(codeOf(error) ?? '');
}

/** Rows that the other side cannot hold are what was looked at, and not in order. */
export function copyingExitCode(error: unknown): ExitCode {
  if (codeOf(error) === 'DATABASE_IN_USE') return EXIT.IN_USE;
  return codeOf(error) === 'DAMAGED' || isNamed(error, 'RowsRefused') ? EXIT.NOT_IN_ORDER : EXIT.FAILED;
}

/** The classes would load the database. */
function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}
