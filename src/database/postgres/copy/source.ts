import type { Client } from 'pg';
import { describeDatabaseUrl } from '../../../config/database-url.js';
import { entryOf } from '../../catalogue.js';
import { CopyRefused, type CopySource } from '../../copy/ends.js';
import { KEPT_TABLES } from '../../copy/kept-tables.js';
import type { PostgresOptions } from '../../database.options.js';
import { appliedMigrations, requireMigrated } from '../alongside.js';
import { ColumnTypes } from './column-types.js';
import * as connecting from './connection.js';
import { PostgresRows } from './stored-rows.js';

/**
 * Reads the memory in a database that nobody serves meanwhile: an instance that starts all the same cannot write.
 * @throws CopyRefused where it cannot be reached, is of another version, or a service is connected to it.
 */
export function withPostgresSource<T>(
  server: PostgresOptions,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  const name = describeDatabaseUrl(server.url);
  return connecting.onConnection(server, async (client) => {
    await requireMemory(client, name);
    await connecting.begin(client);
    await connecting.lockTables(client, 'SHARE', name);
    await connecting.requireAlone(client, name);
    return work(await sourceOn(client));
  });
}

async function requireMemory(client: Client, name: string): Promise<void> {
  const asking = connecting.asking(client);
  if ((await appliedMigrations(asking)).length === 0) throw new CopyRefused(`There is no memory in ${name}.`);
  try {
    await requireMigrated(asking);
  } catch (error) {
    throw new CopyRefused(`${name}: ${(error as Error).message}`);
  }
}

/** What the transaction of a connection sees. */
export async function sourceOn(client: Client): Promise<CopySource> {
  await connecting.readWithoutSorting(client);
  const rows = new PostgresRows(client, await ColumnTypes.read(client));
  return Object.assign(rows, { left: await foreignParts(client) });
}

/** Tables and columns of the owner's. */
async function foreignParts(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; column: string }>(
    `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns
     WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`,
  );
  const tables = [...new Set(rows.map(({ table }) => table))].filter((table) => entryOf(table) === undefined);
  const columns = rows.filter(({ table, column }) => {
    const kept = KEPT_TABLES.find(({ name }) => name === table);
    return kept !== undefined && !kept.columns.some((one) => one.column === column);
  });
  return [
    ...tables.map((table) => `table "${table}"`),
    ...columns.map(({ table, column }) => `column "${column}" of ${table}`),
  ];
}
