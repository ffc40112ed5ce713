// A process of its own, because SQLite settles among its own handles what it leaves to the operating system among processes.
import Sqlite from 'better-sqlite3';
import { isLocked } from '../connection/errors.js';
import { ATTEMPT } from './lock-attempt-codes.js';

/** Tries to write a file that another process is writing, and reads what that one has committed. */
function attempt(file: string): number {
  const handle = new Sqlite(file, { fileMustExist: true, timeout: 0 });
  try {
    if (handle.prepare('SELECT count(*) FROM written').pluck().get() === 0) return ATTEMPT.SEES_NOTHING;
    handle.exec('BEGIN IMMEDIATE; ROLLBACK');
    return ATTEMPT.GOT_THE_LOCK;
  } catch (error) {
    return isLocked(error) ? ATTEMPT.WAS_LOCKED_OUT : ATTEMPT.FAILED;
  } finally {
    handle.close();
  }
}

process.exit(attempt(process.argv[2] ?? ''));
