import { codeOf } from '../../../problems/errors.js';
import { ProblemError } from '../../../problems/problem.error.js';
import { databaseUnavailable, storageFull } from '../../database-problems.js';

const BUSY_RETRY_SECONDS = 1;

/** SQLSTATE (PostgreSQL, appendix A): the transaction was rolled back because of another one, and may be repeated. */
const ROLLED_BACK_CODES: ReadonlySet<string> = new Set(['40001', '40P01']);
const LOCK_TIMEOUT_CODE = '55P03';
/** Lock not available, statement cancelled (by its time-out), and what is rolled back too often. */
const BUSY_CODES: ReadonlySet<string> = new Set([...ROLLED_BACK_CODES, LOCK_TIMEOUT_CODE, '57014']);
/**
 * Connection exceptions, no permission, no such database, missing tables or rights, resources, an operator's intervention,
 * errors of the system and of the server itself, and a server that only reads.
 */
const UNAVAILABLE_CODE = /^(?:08|28|3D|42501|42P01|53|57P|58|XX|25006|25P0[34]|0A000$)/;
const DISK_FULL_CODE = '53100';
/**
 * Errors of the network, of name resolution and of TLS, which have no SQLSTATE; and connections that the server has ended,
 * or that lead to a server which only reads.
 */
const LOST_CODE =
  /^(?:E(?!RR_)[A-Z_]{3,}|(?:ERR_TLS|CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)_\w+|08...|57P0[1-5]|25006|25P0[34])$/;
const LOST_MESSAGE =
  /Connection terminated|connection.*(?:ended|closed|timeout)|not queryable|timeout exceeded when trying to connect|Query read timeout/i;

/** Translates an error of the server or of the connection to a problem; returns any other error unchanged. */
export function translatePostgresError(error: unknown): unknown {
  if (error instanceof ProblemError) return error;
  const code = sqlStateOf(error);
  if (code === DISK_FULL_CODE) return storageFull('some space', error);
  if (isBusy(error)) {
    const detail = 'The database server was busy with conflicting work; nothing was written.';
    return new ProblemError('database_busy', detail, { cause: error, retryAfterSeconds: BUSY_RETRY_SECONDS });
  }
  const isUnavailable = isConnectionLost(error) || (code !== undefined && UNAVAILABLE_CODE.test(code));
  return isUnavailable
    ? databaseUnavailable('The database server does not answer as it should.', error)
    : error;
}

/** Whether the server has rolled the transaction back, so that nothing of it is durable and it may be repeated. */
export function isRolledBack(error: unknown): boolean {
  return ROLLED_BACK_CODES.has(sqlStateOf(error) ?? '');
}

/** Whether it conflicted with other work, or waited for it too long. */
function isBusy(error: unknown): boolean {
  return BUSY_CODES.has(sqlStateOf(error) ?? '');
}

/**
 * Whether it waited in vain for a lock on a whole table, as every other write would. Of a lock on a row the server names
 * the row, in the context of the error: that one concerns its own statement alone.
 */
export function isTableLocked(error: unknown): boolean {
  return (
    sqlStateOf(error) === LOCK_TIMEOUT_CODE && (unwrapped(error) as { where?: string }).where === undefined
  );
}

/** Whether the same work may succeed at once: not on a full disk, behind a lock, or where the service refuses it itself. */
export function canPass(error: unknown): boolean {
  return !(error instanceof ProblemError || isTableLocked(error) || sqlStateOf(error) === DISK_FULL_CODE);
}

/** Whether the connection is of no use any more: lost, being ended, or to a server that only reads. */
export function isConnectionLost(error: unknown): boolean {
  const driverError = unwrapped(error);
  const code = codeOf(driverError);
  if (code !== undefined) return LOST_CODE.test(code);
  return driverError instanceof Error && LOST_MESSAGE.test(driverError.message);
}

/** The SQLSTATE of an error, also of one that TypeORM has wrapped. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = codeOf(unwrapped(error));
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function unwrapped(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'driverError' in error ? error.driverError : error;
}
