import { ProblemError } from '../problems/problem.error.js';

/** `Retry-After` of a fault that somebody has to mend. */
const FAULT_RETRY_SECONDS = 30;

/** @param amount the space to free, in words. */
export function storageFull(amount: string, cause?: unknown): ProblemError {
  const detail =
    `The disk is full; nothing was written. Free ${amount} on the disk that holds the database: writing then goes ` +
    'on by itself. Reading and deleting still work.';
  return new ProblemError('storage_full', detail, { cause, retryAfterSeconds: FAULT_RETRY_SECONDS });
}

export function databaseUnavailable(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('database_unavailable', detail, { cause, retryAfterSeconds: FAULT_RETRY_SECONDS });
}

/** @param why the damage, in words. */
export function blockDamaged(id: number, why: string, cause?: unknown): ProblemError {
  const detail = `Block ${id} of the snapshots is damaged: ${why}. The snapshots in it cannot be read; all others can.`;
  return new ProblemError('data_damaged', detail, { cause });
}
