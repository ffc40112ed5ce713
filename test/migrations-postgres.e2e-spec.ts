import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { migrationOptions } from '../ormconfig.js';
import { migrations } from '../migrations/postgres/index.js';
import { migrations as sqliteMigrations } from '../migrations/sqlite/index.js';
import { sqliteHandle } from '../src/database/sqlite/connection/handle.js';
import { connectPostgres, schemaOfPostgres, schemaOfSqlite } from './support/logical-schema.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';

let database: TestDatabase;
const open: DataSource[] = [];
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  for (const dataSource of open.splice(0)) await dataSource.destroy();
  await database.drop();
});

async function connect(count?: number): Promise<DataSource> {
  const dataSource = await connectPostgres(database.url, count);
  open.push(dataSource);
  return dataSource;
}

async function migrated(count?: number): Promise<DataSource> {
  const dataSource = await connect(count);
  await dataSource.runMigrations();
  return dataSource;
}

/** Everything in the schema that the migrations make, functions and triggers included. */
async function objects(): Promise<unknown> {
  return database.query(
    `SELECT relname AS name, relkind::text AS kind FROM pg_class WHERE relnamespace = 'public'::regnamespace
     UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
     ORDER BY name, kind`,
  );
}

const CONTENT = `
  INSERT INTO events (timestamp, type, source, summary, resolved)
    VALUES ('2026-01-01T00:00:00.000Z', 'alert', 'monitor', 'first', false);
  INSERT INTO conversations (session_id, timestamp, role, content, cost_usd)
    VALUES ('one', '2026-01-01T00:00:00.000Z', 'user', 'question', 0.1);
  INSERT INTO preferences VALUES ('theme', 'dark', '2026-01-01T00:00:00.000Z');`;

describe('The migrations of PostgreSQL', () => {
  it('make exactly the tables that the entities describe', async () => {
    const empty = await (await connect()).driver.createSchemaBuilder().log();
    expect(empty.upQueries.length).toBeGreaterThan(0);
    const complete = await (await migrated()).driver.createSchemaBuilder().log();
    expect(complete.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('end in the same schema as those of SQLite', async () => {
    const sqlite = await new DataSource(migrationOptions(':memory:')).initialize();
    open.push(sqlite);
    await sqlite.runMigrations();
    const expected = schemaOfSqlite(sqliteHandle(sqlite));
    expect(Object.keys(expected).length).toBeGreaterThan(9);
    expect(await schemaOfPostgres(await migrated())).toEqual(expected);
  });

  it('have the names of those of SQLite from the change feed on, after one that stands for all before', () => {
    const names = migrations.map(({ name }) => name);
    const from = sqliteMigrations.findIndex(({ name }) => name === 'ChangeFeed1795305606000');
    expect(names.slice(1)).toEqual(sqliteMigrations.slice(from).map(({ name }) => name));
    expect(names[0]).toBe('Baseline1795305605500');
    expect(sqliteMigrations[from - 1]!.name).toMatch(/1795305605500$/);
    expect(migrations.map((migration) => new migration().name)).toEqual(names);
  });

  it.each(migrations.map((_, index) => index + 1))(
    'go from version %i down and up again',
    async (version) => {
      const dataSource = await migrated(version);
      await database.query(CONTENT);
      const before = await objects();
      await dataSource.undoLastMigration();
      if (version > 1)
        expect(await database.query('SELECT count(*)::int AS n FROM events')).toEqual([{ n: 1 }]);
      await dataSource.runMigrations();
      if (version === 1) await database.query(CONTENT);
      expect(await objects()).toEqual(before);
    },
  );

  it('go all the way down, which leaves nothing of them behind', async () => {
    const dataSource = await migrated();
    for (let left = migrations.length; left > 0; left--) await dataSource.undoLastMigration();
    const left = (await objects()) as { name: string }[];
    expect(left.filter(({ name }) => !/^(?:memory_migrations|PK_)/.test(name))).toEqual([]);
  });

  it('need nothing that distributed engines lack, and go down there too', async () => {
    await database.cripple();
    const dataSource = await migrated();
    await database.query(CONTENT);
    expect(await database.query('SELECT position::int FROM feed_head')).toEqual([{ position: 0 }]);
    expect(await database.query('SELECT 1 FROM pg_trigger')).toEqual([]);
    for (let left = migrations.length; left > 0; left--) await dataSource.undoLastMigration();
  });

  it('compare texts byte by byte, whatever the language of the database is', async () => {
    await migrated();
    const keys = ['b', 'B', 'a', 'A', '_', 'é', 'z', '-', 'ab', 'a b', '10', '9'];
    for (const key of keys) await database.query(`INSERT INTO preferences VALUES ($1, '', '')`, [key]);
    const found = await database.query('SELECT key FROM preferences ORDER BY key');
    const byBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(found.map(({ key }) => key)).toEqual(byBytes);
    const inLanguage = await database.query('SELECT key FROM preferences ORDER BY key COLLATE "en-x-icu"');
    expect(inLanguage.map(({ key }) => key)).not.toEqual(byBytes);
    const others = await database.query(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'`,
    );
    expect(others).toEqual([]);
  });

  it('give every database an identity of its own', async () => {
    await migrated();
    const [head] = await database.query('SELECT id::int, identity, position::int FROM feed_head');
    expect(head).toEqual({ id: 1, identity: expect.stringMatching(/^[0-9a-f]{32}$/), position: 0 });
    const other = await createDatabase();
    open.push(await connectPostgres(other.url));
    await open.at(-1)!.runMigrations();
    expect(await other.query('SELECT identity FROM feed_head')).not.toEqual([
      { identity: head!['identity'] },
    ]);
    await open.pop()!.destroy();
    await other.drop();
  });
});
