// The module that reads a served memory in the thread that makes a backup; see `SourceProgram`.
import type { Client } from 'pg';
import { codeOf } from '../../../problems/errors.js';
import { ProblemError } from '../../../problems/problem.error.js';
import { CopyRefused, type CopySource } from '../../copy/ends.js';
import { databaseUnavailable } from '../../database-problems.js';
import type { PostgresOptions } from '../../database.options.js';
import { requireMigrated } from '../alongside.js';
import { translatePostgresError } from '../connection/errors.js';
import { refusalReason } from '../refusal.js';
import { asking, begin, onConnection } from './connection.js';
import { sourceOn } from './source.js';

/**
 * Reads the memory in a database as it was at one moment, while instances go on writing. No lock is taken but the one that
 * keeps tables from being changed.
 * @throws ProblemError `database_unavailable`, `database_busy`; what the work throws.
 */
export async function withSource<T>(
  server: PostgresOptions,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  try {
    return await onConnection(server, async (client) => {
      await begin(client);
      await requireThisVersion(client);
      return work(await sourceOn(client));
    });
  } catch (error) {
    throw error instanceof CopyRefused
      ? databaseUnavailable(refusalReason(error.cause), error)
      : translatePostgresError(error);
  }
}

async function requireThisVersion(client: Client): Promise<void> {
  try {
    await requireMigrated(asking(client));
  } catch (error) {
    // What the server says is translated; the rest says which version the tables have.
    throw error instanceof ProblemError || codeOf(error) !== undefined
      ? error
      : databaseUnavailable((error as Error).message, error);
  }
}
