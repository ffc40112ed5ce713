import { Server } from '../processes/server.js';

/** A PostgreSQL server of this run, with its data on the disk and every commit synced. */
export interface Postgres {
  createDatabase(): Promise<PostgresDatabase>;
  destroy(): Promise<void>;
}

export interface PostgresDatabase {
  url: string;
  query(text: string): Promise<Record<string, unknown>[]>;
}

/** For what is filled in minutes before it is measured. */
const FOR_FILLING = { max_wal_size: '8GB', maintenance_work_mem: '1GB' };

/** That of the tests, which is no part of what is compiled here. */
export async function startPostgres(settings: object = FOR_FILLING): Promise<Postgres> {
  const support = new URL('../../../test/support/postgres/index.mjs', import.meta.url);
  const { startServer } = (await import(support.href)) as {
    startServer: (options: object) => Promise<Postgres>;
  };
  return startServer({ onDisk: true, settings });
}

/** A database with the tables of the service and so many events, as those of `sampleEvent` 20 seconds apart. */
export async function filledDatabase(postgres: Postgres, events: number): Promise<PostgresDatabase> {
  const database = await postgres.createDatabase();
  const server = await Server.start('ours', database.url);
  await server.stop();
  const indexes = await database.query(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'events' AND indexname <> 'events_pkey'",
  );
  for (const { indexname } of indexes) await database.query(`DROP INDEX "${String(indexname)}"`);
  await database.query(fill(events));
  for (const { indexdef } of indexes) await database.query(String(indexdef));
  // As autovacuum leaves it after a while.
  await database.query('VACUUM ANALYZE events');
  return database;
}

/** In the transactions of the service, triggers do not note each row. */
function fill(events: number): string {
  return `BEGIN;
    SET LOCAL jarvis_memory.unit = 'on';
    INSERT INTO events ("timestamp", "type", "severity", "source", "node", "summary", "details", "resolved")
    SELECT to_char(now() AT TIME ZONE 'UTC' - (${events - 1} - i) * interval '20 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      (array['alert', 'action', 'status', 'metric'])[1 + i % 4],
      (array['info', 'warning', 'error', 'critical'])[1 + i / 3 % 4],
      (array['monitor', 'jarvis', 'system', 'user'])[1 + i / 7 % 4],
      'pve' || 1 + i * 3 % 5,
      'CPU of a node at ' || i * 37 % 100 || ' percent for ' || i % 50 + 1 || ' minutes',
      '{"metric":"cpu","value":0.' || i % 100 || ',"threshold":0.85,"vmid":' || 100 + i % 40 || '}',
      (i * 7 + i / 20) % 50 <> 0
    FROM generate_series(0::bigint, ${events - 1}) AS i;
    COMMIT`;
}
