import type { LoggerService } from '@nestjs/common';
import { DataSource, MigrationExecutor } from 'typeorm';
import { postgresOptions } from '../../../ormconfig.js';
import { migrations } from '../../../migrations/postgres/index.js';
import { MIGRATIONS_TABLE } from '../migrations.table.js';
import { CATALOGUE } from '../catalogue.js';
import { SILENT } from '../queries/slow-queries.js';
import type { PostgresOptions } from '../database.options.js';
import { sqlStateOf } from './connection/errors.js';

/** Why the database cannot be used; the reason is public: it names nothing of the server. */
export class DatabaseRefused extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

export const NEWER_VERSION_REASON =
  'A newer version of the service has migrated the database: this version neither reads nor writes it. Update this instance.';

const MIN_MAJOR_VERSION = 15;
/** The same in all instances: the name of the service in ASCII. */
const MIGRATION_LOCK = 0x6a_61_72_76;
/** Where the server has no such lock, two instances that migrate at once make one of them fail, which then tries again. */
const MAX_ATTEMPTS = 5;
/** Objects that exist already, a serialisation failure, a deadlock. */
const CONFLICT_CODE = /^(?:42P0[67]|42710|42701|23505|40001|40P01|XX000)$/;

/**
 * Migrates the database to the newest version. All pending migrations run in one transaction, one instance at a time.
 * @throws DatabaseRefused where the database is not ours, or of another version; the error of the server.
 */
export async function migrate(server: PostgresOptions, log: LoggerService): Promise<void> {
  const options = postgresOptions({ ...server, poolSize: 1, statementTimeoutMs: 0 }, { logger: SILENT });
  const dataSource = await new DataSource(options).initialize();
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await migrateOnce(dataSource, log);
        return;
      } catch (error) {
        if (attempt === MAX_ATTEMPTS || !CONFLICT_CODE.test(sqlStateOf(error) ?? '')) throw error;
      }
    }
  } finally {
    await dataSource.destroy();
  }
}

async function migrateOnce(dataSource: DataSource, log: LoggerService): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.startTransaction();
    // The role may have a time-out of its own.
    await runner.query('SET LOCAL statement_timeout = 0');
    await requireSupported(runner);
    await runner.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await refuseOthers(runner);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'none';
    const done = await executor.executePendingMigrations();
    await runner.commitTransaction();
    for (const { name } of done) log.log(`Migrated: ${name}`);
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

interface Named {
  readonly name: string;
}

/** Whoever can be asked: a runner of TypeORM, or a session of the doctor. */
interface Connection {
  query(text: string): Promise<unknown>;
}

/** Another engine that speaks the protocol says its own name, and has versions of its own. */
export async function requireSupported(connection: Connection): Promise<void> {
  const [server] = (await connection.query(
    "SELECT version() AS version, current_setting('server_version_num') AS number, " +
      "current_setting('server_encoding') AS encoding",
  )) as { version: string; number: string; encoding: string }[];
  if (server && !/^utf-?8$/i.test(server.encoding)) {
    throw new DatabaseRefused(
      `The database has the encoding ${server.encoding}, which lacks characters; the service needs one with UTF8.`,
    );
  }
  const major = Math.floor(Number(server?.number) / 10_000);
  if (!server?.version.startsWith('PostgreSQL') || major >= MIN_MAJOR_VERSION) return;
  throw new DatabaseRefused(
    `The server is PostgreSQL ${major}; the service needs PostgreSQL ${MIN_MAJOR_VERSION} or newer.`,
  );
}

/** @throws DatabaseRefused where a table has one of our names and was not made by us, or a newer version made them. */
export async function refuseOthers(connection: Connection): Promise<void> {
  const tables = (await connection.query(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
  )) as Named[];
  const present = new Set(tables.map(({ name }) => name));
  const applied = present.has(MIGRATIONS_TABLE)
    ? ((await connection.query(`SELECT name FROM "${MIGRATIONS_TABLE}"`)) as Named[])
    : [];
  const known = new Set(migrations.map(({ name }) => name));
  if (applied.some(({ name }) => !known.has(name))) throw new DatabaseRefused(NEWER_VERSION_REASON);
  if (applied.length > 0) return;
  const foreign = CATALOGUE.map(({ name }) => name).filter(
    (name) => name !== MIGRATIONS_TABLE && present.has(name),
  );
  if (foreign.length === 0) return;
  throw new DatabaseRefused(
    `The database has tables of another program (${foreign.join(', ')}), and was left as it is. Give the service a database of its own.`,
  );
}
