import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type Client } from 'pg';
import type { DataSource } from 'typeorm';
import { describeDatabaseUrl } from '../../../config/database-url.js';
import { CopyRefused } from '../../copy/ends.js';
import { KEPT_TABLES } from '../../copy/kept-tables.js';
import type { PostgresOptions } from '../../database.options.js';
import { APPLICATION_NAME, clientOptions } from '../connection/client-options.js';
import { sqlStateOf } from '../connection/errors.js';
import { refusalReason } from '../refusal.js';

/** Rows are not sorted on the server's disk: an index has them in their order. Not every engine has that setting. */
const WITHOUT_SORTING = `SELECT set_config('enable_sort', 'off', true) WHERE current_setting('enable_sort', true) IS NOT NULL`;
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL jarvis_memory.unit = 'on'; SET LOCAL lock_timeout = '5s';
  SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`;
const LOCK_TIMEOUT_CODE = '55P03';
/** A connection that was just closed, or a client that was killed, is there for a moment. */
const MAX_ATTEMPTS = 50;
const LOOK_MS = 100;

const OTHERS = `SELECT count(*) AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = $1 AND pid <> pg_backend_pid()`;

/** What keeps others from writing where is read, and from everything where indexes are made anew. */
export type TableLock = 'SHARE' | 'ACCESS EXCLUSIVE';

/** Works on a connection of its own, in one transaction, which ends with it unless the work commits. */
export async function onConnection<T>(
  server: PostgresOptions,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  // A statement that copies is no query of a pipeline; and it takes as long as it takes.
  const client = new pg.Client({ ...clientOptions({ ...server, statementTimeoutMs: 0 }), pipeline: false });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new CopyRefused(`${describeDatabaseUrl(server.url)}: ${refusalReason(error)}`, undefined, {
      cause: error,
    });
  }
  try {
    return await work(client);
  } finally {
    await endOf(client);
  }
}

/** A copy that is cut off has a stream that nobody reads any more, and would wait for it. */
async function endOf(client: Client): Promise<void> {
  const timer = setTimeout(() => {
    client.connection.stream.destroy();
  }, LOOK_MS).unref();
  await client.end().catch(() => undefined);
  clearTimeout(timer);
}

/** Begins a transaction that sees one state. */
export async function begin(client: Client): Promise<void> {
  await client.query(BEGIN);
}

/** Has to come after the locks: those make the snapshot one that nobody writes behind. */
export async function readWithoutSorting(client: Client): Promise<void> {
  await client.query(WITHOUT_SORTING);
}

/** @throws CopyRefused where somebody uses the tables, or a service is connected to the database. */
export async function lockTables(client: Client, mode: TableLock, name: string): Promise<void> {
  const tables = KEPT_TABLES.map((table) => `"${table.name}"`).join(', ');
  try {
    await client.query(`LOCK TABLE ${tables} IN ${mode} MODE`);
  } catch (error) {
    if (sqlStateOf(error) === LOCK_TIMEOUT_CODE) throw inUse(name, { cause: error });
    throw error;
  }
}

/** @throws CopyRefused where a service, or a command of ours, is connected. */
export async function requireAlone(client: Client, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { rows } = await client.query<{ count: number }>(OTHERS, [APPLICATION_NAME]);
    if (rows[0]?.count === 0) return;
    if (attempt === MAX_ATTEMPTS) throw inUse(name);
    await sleep(LOOK_MS);
  }
}

function inUse(name: string, options?: ErrorOptions): CopyRefused {
  const message = `A service, or a command, is connected to ${name}. Stop it first; nothing was copied.`;
  return new CopyRefused(message, 'DATABASE_IN_USE', options);
}

/** For what asks through TypeORM elsewhere. */
export function asking(client: Client): Pick<DataSource, 'query'> {
  return {
    query: async <T>(text: string, values: unknown[] = []): Promise<T> =>
      (await client.query<object>(text, values)).rows as T,
  };
}

/** Tells the databases of all servers apart, whatever their names are. */
export function identityOfDatabase(server: PostgresOptions): Promise<string> {
  return onConnection(server, async (client) => {
    const { rows } = await client.query<{ server: string; database: number }>(
      `SELECT (SELECT system_identifier::text FROM pg_control_system()) AS server, oid AS database
       FROM pg_database WHERE datname = current_database()`,
    );
    return `database ${rows[0]?.server ?? ''} ${rows[0]?.database ?? ''}`;
  });
}
