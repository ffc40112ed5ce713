import { describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { QueryFailedError } from 'typeorm';
import { ProblemError } from '../../../problems/problem.error.js';
import { translateDatabaseError } from './errors.js';
import { databaseUnavailable } from '../../database-problems.js';

const fault = (code: string): Error => new Sqlite.SqliteError('a message of SQLite', code);

describe('translateDatabaseError', () => {
  it.each([
    ['SQLITE_FULL', 'storage_full', 507],
    ['SQLITE_BUSY', 'database_busy', 503],
    ['SQLITE_BUSY_SNAPSHOT', 'database_busy', 503],
    ['SQLITE_BUSY_RECOVERY', 'database_busy', 503],
    ['SQLITE_LOCKED', 'database_busy', 503],
    ['SQLITE_LOCKED_SHAREDCACHE', 'database_busy', 503],
    ['SQLITE_IOERR', 'database_unavailable', 503],
    ['SQLITE_IOERR_FSYNC', 'database_unavailable', 503],
    ['SQLITE_IOERR_WRITE', 'database_unavailable', 503],
    ['SQLITE_CORRUPT', 'database_unavailable', 503],
    ['SQLITE_CORRUPT_INDEX', 'database_unavailable', 503],
    ['SQLITE_NOTADB', 'database_unavailable', 503],
    ['SQLITE_CANTOPEN', 'database_unavailable', 503],
    ['SQLITE_READONLY', 'database_unavailable', 503],
    ['SQLITE_READONLY_DBMOVED', 'database_unavailable', 503],
    ['SQLITE_PROTOCOL', 'database_unavailable', 503],
  ])('says of %s that it is %s (%i), with a hint when to try again', (code, problem, status) => {
    for (const error of [fault(code), new QueryFailedError('SELECT 1', [], fault(code))]) {
      const translated = translateDatabaseError(error);
      expect(translated).toBeInstanceOf(ProblemError);
      expect(translated).toMatchObject({ code: problem, status, cause: error });
      expect((translated as ProblemError).retryAfterSeconds).toBeGreaterThan(0);
      expect((translated as ProblemError).message).not.toContain('SQLite');
    }
  });

  it.each([
    fault('SQLITE_CONSTRAINT_UNIQUE'),
    fault('SQLITE_ERROR'),
    new QueryFailedError('SELECT 1', [], fault('SQLITE_CONSTRAINT_TRIGGER')),
    Object.assign(new Error('of another library'), { code: 'ENOSPC' }),
    new TypeError('of our own'),
    databaseUnavailable('known already'),
    'no error at all',
    undefined,
  ])('hands back %p as it is: that is no fault of the database', (error) => {
    expect(translateDatabaseError(error)).toBe(error);
  });
});
