import type { LoggerService } from '@nestjs/common';
import pg from 'pg';
import type { PostgresOptions } from '../../database.options.js';
import { clientOptions } from './client-options.js';

/** What a pooler says of a setting that it does not pass on. */
const REFUSED = /startup parameter/i;

/**
 * The options without what stands between: a transaction pooler refuses a connection that begins with a statement time-out,
 * unless it is told to ignore it.
 * @throws the error of the server.
 */
export async function acceptedOptions(server: PostgresOptions, log: LoggerService): Promise<PostgresOptions> {
  const client = new pg.Client(clientOptions(server));
  // It is told to whoever connects.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return server;
  } catch (error) {
    if (server.statementTimeoutMs === 0 || !REFUSED.test(String(error))) throw error;
    log.warn(
      'A pooler before the database refuses the statement time-out: the service gives up waiting after it, and the ' +
        'server ends statements by that of the role alone (ALTER ROLE … SET statement_timeout).',
    );
    return { ...server, isTimeoutRefused: true };
  } finally {
    await client.end().catch(() => undefined);
  }
}
