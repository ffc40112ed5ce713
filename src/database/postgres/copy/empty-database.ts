import type { Client } from 'pg';
import { describeDatabaseUrl } from '../../../config/database-url.js';
import { CopyRefused, type CopyTarget } from '../../copy/ends.js';
import { KEPT_TABLES } from '../../copy/kept-tables.js';
import { NO_LOG, type PostgresOptions } from '../../database.options.js';
import { appliedMigrations, requireMigrated } from '../alongside.js';
import { DatabaseRefused, migrate, refuseOthers, requireSupported } from '../migrator.js';
import { ColumnTypes } from './column-types.js';
import * as connecting from './connection.js';
import { LaterIndexes } from './later-indexes.js';
import { PostgresCopyTarget } from './target.js';

/**
 * Fills the memory in a database that has none, or an empty one. Its tables are made first; all rows come with one
 * transaction.
 * @throws CopyRefused where there are rows, tables of others with our names, or a service is connected to it.
 */
export async function withEmptyDatabase<T>(
  server: PostgresOptions,
  work: (target: CopyTarget) => Promise<T>,
): Promise<T> {
  const name = describeDatabaseUrl(server.url);
  const isOurs = await connecting.onConnection(server, (client) => requireUsable(client, name));
  if (!isOurs) await makeTables(server, name);
  return connecting.onConnection(server, async (client) => {
    await connecting.begin(client);
    await connecting.lockTables(client, 'ACCESS EXCLUSIVE', name);
    await connecting.requireAlone(client, name);
    await requireEmpty(client, name);
    await connecting.readWithoutSorting(client);
    const indexes = await LaterIndexes.dropIn(client);
    return work(new PostgresCopyTarget(client, await ColumnTypes.read(client), indexes));
  });
}

/**
 * Asks whether a database can be filled, and changes nothing in it.
 * @throws CopyRefused where it cannot.
 */
export async function requireEmptyDatabase(server: PostgresOptions): Promise<void> {
  const name = describeDatabaseUrl(server.url);
  await connecting.onConnection(server, (client) => requireUsable(client, name));
}

/** @returns whether our tables are there. */
async function requireUsable(client: Client, name: string): Promise<boolean> {
  const asking = connecting.asking(client);
  await connecting.requireAlone(client, name);
  const isOurs = (await appliedMigrations(asking)).length > 0;
  try {
    await requireSupported(asking);
    await (isOurs ? requireMigrated(asking) : refuseOthers(asking));
  } catch (error) {
    throw error instanceof DatabaseRefused ? refused(name, error.reason) : error;
  }
  if (isOurs) await requireEmpty(client, name);
  return isOurs;
}

async function makeTables(server: PostgresOptions, name: string): Promise<void> {
  try {
    await migrate(server, NO_LOG);
  } catch (error) {
    throw error instanceof DatabaseRefused ? refused(name, error.reason) : error;
  }
}

/** Secrets that an instance has made by itself do not count: those that come take their place. */
async function requireEmpty(client: Client, name: string): Promise<void> {
  for (const table of KEPT_TABLES) {
    if (table.holdsSecrets) continue;
    const { rowCount } = await client.query(`SELECT 1 FROM "${table.name}" LIMIT 1`);
    if (rowCount) throw refused(name, `It has rows (${table.name}): a memory is copied into an empty one.`);
  }
}

function refused(name: string, reason: string): CopyRefused {
  return new CopyRefused(`${name} was left as it is. ${reason}`);
}
