import { DataSource } from 'typeorm';
import { postgresOptions } from '../../../ormconfig.js';
import { migrations } from '../../../migrations/postgres/index.js';
import { describeDatabaseUrl } from '../../config/database-url.js';
import type { PostgresOptions } from '../database.options.js';
import { MIGRATIONS_TABLE } from '../migrations.table.js';
import { SILENT } from '../queries/slow-queries.js';
import { DatabaseRefused, NEWER_VERSION_REASON } from './migrator.js';
import { refusalReason } from './refusal.js';

/** Whoever answers queries. */
type Asking = Pick<DataSource, 'query'>;

/** One that writes, one that reads. */
const CONNECTIONS = 2;

/**
 * Connects for a command, without migrating, and without waiting for a server that is not there.
 * @throws Error with the reason why it cannot be used.
 */
export async function connectAlongside(server: PostgresOptions): Promise<DataSource> {
  // Commands take as long as they take; and a pooler may refuse the time-out.
  const options = { ...server, poolSize: CONNECTIONS, statementTimeoutMs: 0 };
  const source = new DataSource(postgresOptions(options, { logger: SILENT }));
  try {
    return await source.initialize();
  } catch (error) {
    const reason = `${describeDatabaseUrl(server.url)}: ${refusalReason(error)}`;
    throw new Error(reason, { cause: error });
  }
}

/** The migrations of ours that were applied; none where there is no memory yet. */
export async function appliedMigrations(source: Asking): Promise<string[]> {
  const [table] = await source.query<{ name: string | null }[]>('SELECT to_regclass($1) AS name', [
    MIGRATIONS_TABLE,
  ]);
  if (!table?.name) return [];
  const applied = await source.query<{ name: string }[]>(`SELECT name FROM "${MIGRATIONS_TABLE}"`);
  return applied.map(({ name }) => name);
}

/** @throws DatabaseRefused where the database has other migrations than this version. */
export async function requireMigrated(source: Asking): Promise<void> {
  const applied = new Set(await appliedMigrations(source));
  const missing = migrations.filter(({ name }) => !applied.has(name));
  if (missing.length > 0)
    throw new DatabaseRefused('The database is not of this version: start the service on it once.');
  if (applied.size > migrations.length) throw new DatabaseRefused(NEWER_VERSION_REASON);
}

/** The time in the name of the newest migration, as TypeORM stores it. */
export function newestMigration(): number {
  return Number(/\d{13}$/.exec(migrations.at(-1)?.name ?? '')?.[0]);
}
