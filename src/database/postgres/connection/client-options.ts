import type { PoolConfig } from 'pg';
import pg from 'pg';
import type { PostgresOptions } from '../../database.options.js';

/** Shown by `pg_stat_activity`. */
export const APPLICATION_NAME = 'jarvis-memory';
/** How long a request waits for a connection of the pool, or for a new one. */
const CONNECT_TIMEOUT_MS = 5000;
/** A server that has stopped without closing its connections is noticed by what it leaves unanswered. */
const KEEP_ALIVE_DELAY_MS = 10_000;
/** The server ends a statement by its time-out; where it does not answer even then, the connection is given up. */
const ANSWER_GRACE_MS = 5000;
const INT8 = 20;

/** The options of node-postgres; statements are pipelined on a connection. */
export function clientOptions({
  url,
  poolSize,
  statementTimeoutMs,
  isTimeoutRefused = false,
}: PostgresOptions): PoolConfig {
  return {
    connectionString: withLibpqTls(url),
    application_name: APPLICATION_NAME,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    max: poolSize,
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: TYPES,
    // A connection that is lost between two statements has nobody else to tell it to, which would end the process. Whoever
    // has the connection is told by its next statement.
    onConnect: (client) => {
      client.on('error', () => undefined);
    },
    ...(statementTimeoutMs > 0 && {
      ...(!isTimeoutRefused && { statement_timeout: statementTimeoutMs }),
      query_timeout: statementTimeoutMs + ANSWER_GRACE_MS,
    }),
  };
}

/** Ids, counts and sizes are numbers: all of them are below 2^53. */
const TYPES = new pg.TypeOverrides();
TYPES.setTypeParser(INT8, Number);

/** `sslmode` means what it means to libpq and psql: `require` encrypts, `verify-full` also checks the certificate. */
function withLibpqTls(url: string): string {
  const parsed = new URL(url);
  const { searchParams } = parsed;
  if (!searchParams.has('sslmode') || searchParams.has('uselibpqcompat')) return url;
  searchParams.set('uselibpqcompat', 'true');
  return parsed.href;
}
