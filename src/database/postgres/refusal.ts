import { isConnectionLost, sqlStateOf } from './connection/errors.js';
import { DatabaseRefused } from './migrator.js';

/** Why a database could not be opened; public, as it names nothing of the server. */
export function refusalReason(error: unknown): string {
  if (error instanceof DatabaseRefused) return error.reason;
  const state = sqlStateOf(error);
  if (state?.startsWith('28')) return 'The database server refuses the user or the password.';
  if (state === '3D000') return 'The database does not exist on the server.';
  if (state === '42501') return 'The role has no right to create tables in the database.';
  if (isConnectionLost(error)) return 'The database server cannot be reached.';
  return 'The database could not be opened or migrated; the log says why.';
}
