import { codeOf } from '../../../problems/errors.js';
import { ProblemError } from '../../../problems/problem.error.js';
import { databaseUnavailable, storageFull } from '../../database-problems.js';
import { DAMAGE_CODE } from './read-only.js';

const LOCK_RETRY_SECONDS = 1;

const UNUSABLE_CODE = /^SQLITE_(?:IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL|PERM|AUTH)/;
const LOCKED_CODE = /^SQLITE_(?:BUSY|LOCKED)/;

/** Translates an error of SQLite to a problem; returns any other error unchanged. */
export function translateDatabaseError(error: unknown): unknown {
  const code = sqliteCodeOf(error);
  if (code === undefined) return error;
  if (code.startsWith('SQLITE_FULL')) return storageFull('some space', error);
  if (LOCKED_CODE.test(code)) {
    return new ProblemError('database_busy', 'The database file is locked by another program.', {
      cause: error,
      retryAfterSeconds: LOCK_RETRY_SECONDS,
    });
  }
  return UNUSABLE_CODE.test(code)
    ? databaseUnavailable('The database file cannot be read or written.', error)
    : error;
}

/** Whether another connection holds the requested lock. */
export function isLocked(error: unknown): boolean {
  return LOCKED_CODE.test(sqliteCodeOf(error) ?? '');
}

/** Whether the disk has failed to take or to give what it was asked for: also a sync. */
export function isInputOutputError(error: unknown): boolean {
  return /^(?:SQLITE_IOERR|EIO$)/.test(sqliteCodeOf(error) ?? codeOf(error) ?? '');
}

/** Whether the error means that the content of the file is damaged. */
export function isDamage(error: unknown): boolean {
  return DAMAGE_CODE.test(sqliteCodeOf(error) ?? '');
}

/** The SQLite code of an error, also of one that TypeORM has wrapped. */
export function sqliteCodeOf(error: unknown): string | undefined {
  const isWrapped = typeof error === 'object' && error !== null && 'driverError' in error;
  const code = codeOf(isWrapped ? error.driverError : error);
  return code?.startsWith('SQLITE_') ? code : undefined;
}
