import { codeOf } from '../../../problems/errors.js';
import { ProblemError } from '../../../problems/problem.error.js';
import { DAMAGE_CODE } from './read-only.js';

/** Retry hints, in seconds. */
const SOON = 1;
const LATER = 30;

const NOT_USABLE = /^SQLITE_(?:IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL|PERM|AUTH)/;
const LOCKED = /^SQLITE_(?:BUSY|LOCKED)/;

/** A fault of the database in the terms of the API; any other error is handed back as it is. */
export function translateDatabaseError(error: unknown): unknown {
  const code = sqliteCodeOf(error);
  if (code === undefined) return error;
  if (code.startsWith('SQLITE_FULL')) return storageFull('some space', error);
  if (LOCKED.test(code)) {
    return new ProblemError('database_busy', 'The database file is locked by another program.', {
      cause: error,
      retryAfterSeconds: SOON,
    });
  }
  return NOT_USABLE.test(code)
    ? databaseUnavailable('The database file cannot be read or written.', error)
    : error;
}

/** Nothing new can be written. @param amount what has to be freed, in words. */
export function storageFull(amount: string, cause?: unknown): ProblemError {
  const detail =
    `The disk is full; nothing was written. Free ${amount} on the disk that holds the database: writing then goes ` +
    'on by itself. Reading and deleting still work.';
  return new ProblemError('storage_full', detail, { cause, retryAfterSeconds: LATER });
}

/** The database cannot be used at all just now. */
export function databaseUnavailable(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('database_unavailable', detail, { cause, retryAfterSeconds: LATER });
}

/** Whether another connection holds the lock that was asked for. */
export function isLocked(error: unknown): boolean {
  return LOCKED.test(sqliteCodeOf(error) ?? '');
}

/** Whether the content of the file is at fault. */
export function isDamage(error: unknown): boolean {
  return DAMAGE_CODE.test(sqliteCodeOf(error) ?? '');
}

/** TypeORM wraps what the driver throws. */
export function sqliteCodeOf(error: unknown): string | undefined {
  const isWrapped = typeof error === 'object' && error !== null && 'driverError' in error;
  const code = codeOf(isWrapped ? error.driverError : error);
  return code?.startsWith('SQLITE_') ? code : undefined;
}
