import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { examineServer } from '../src/database/postgres/doctor/examine.js';
import type { Finding } from '../src/database/examine.js';
import { anEvent } from './factories/index.js';
import { runCli } from './support/cli.js';
import { where } from './support/installed.js';
import { hasPgBouncer, startPgBouncer } from './support/pgbouncer.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';
import { startPooler } from './support/pooler.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';
import { startTransactionPooler } from './support/transaction-pooler.js';

const examine = (url: string): Promise<Finding[]> =>
  examineServer({ url, poolSize: 10, statementTimeoutMs: 30_000 });
const levelsOf = (findings: readonly Finding[]): Record<string, string> =>
  Object.fromEntries(findings.map(({ subject, level }) => [subject, level]));
const ALL_GOOD = Object.fromEntries(
  ['server', 'writing', 'memory', 'rights', 'pooler', 'isolation', 'snapshots', 'row locks', 'commits']
    .concat(['advisory locks', 'notifications', 'collation', 'durability', 'replicas', 'clocks'])
    .map((subject) => [subject, 'good']),
);

describe('jarvis-memory doctor, on PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('says what a sound server can do, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await runCli(['doctor', database.url]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /^PostgreSQL, database \w+ on [^\n]*\n\nlevel +what +found\ngood +server +PostgreSQL 1\d/,
    );
    expect(stdout).toMatch(/commits +A commit takes [\d.]+ ms \(median of \d+\), [\d.]+ ms \(95 %\)\./);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/\nAll is well\.\n$/) });
    expect(stdout).not.toContain(new URL(database.url).password);
    const left = `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`;
    expect(await database.query(left)).toEqual([]);
  });

  it('removes the table of one that was killed, and leaves that of one that runs', async () => {
    const running = `jarvis_memory_doctor_${Date.now()}`;
    await database.query(`CREATE TABLE jarvis_memory_doctor_1000 (id int); CREATE TABLE ${running} (id int)`);
    expect(levelsOf(await examine(database.url))).toMatchObject(ALL_GOOD);
    const left = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`;
    expect(await database.query(left)).toEqual([{ name: running }]);
    await database.query(`DROP TABLE ${running}`);
  });

  it('says what another engine lacks, and what is done instead', async () => {
    const crippled = await createDatabase({ crippled: true });
    const { code, stdout } = await runCli(['doctor'], { DATABASE_URL: crippled.url });
    expect(stdout).toMatch(/limit +server +It is CockroachDB CCL v25\.2\.2\./);
    expect(stdout).toMatch(
      /limit +advisory locks +They exclude nobody[^\n]*\n +Of two instances that migrate/,
    );
    expect(stdout).toMatch(/limit +notifications [^\n]*\n +What other instances write is noticed by asking/);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(
        /\nIt works, with these limits: server, advisory locks, notifications\.\n$/,
      ),
    });
    await crippled.drop();
  });

  it('tells a pooler in transaction mode by what a session loses', async () => {
    const pooler = await startTransactionPooler(database.url);
    const findings = await examine(pooler.url);
    pooler.close();
    expect(levelsOf(findings)).toMatchObject({ ...ALL_GOOD, pooler: 'limit', notifications: 'limit' });
    expect(findings).toContainEqual(
      expect.objectContaining({ subject: 'pooler', found: expect.stringContaining('transaction mode') }),
    );
  });

  it('tells a pooler in statement mode, with which nothing works', async () => {
    const pooler = await startTransactionPooler(database.url, { isStatementMode: true });
    const findings = await examine(pooler.url);
    pooler.close();
    expect(levelsOf(findings)).toMatchObject({ server: 'good', pooler: 'broken' });
  });

  it('tells a pooler that refuses the time-out of statements', async () => {
    const { searchParams, hostname, port } = new URL(database.url);
    const folder = searchParams.get('host') ?? decodeURIComponent(hostname);
    const pooler = await startPooler(`${folder}/.s.PGSQL.${port || '5432'}`);
    const url = new URL(database.url);
    url.searchParams.delete('host');
    url.host = `127.0.0.1:${pooler.port}`;
    expect(levelsOf(await examine(url.href))).toMatchObject({ ...ALL_GOOD, pooler: 'limit' });
    pooler.close();
  });

  it.each([
    ['cannot create tables', 'REVOKE ALL ON SCHEMA public FROM public', { rights: 'broken' }],
    ['only reads', `ALTER DATABASE "?" SET default_transaction_read_only = on`, { writing: 'broken' }],
    ['loses commits', `ALTER DATABASE "?" SET synchronous_commit = off`, { durability: 'broken' }],
    [
      'holds another program',
      'CREATE TABLE events (id int); GRANT SELECT ON events TO public',
      { memory: 'broken', rights: 'broken' },
    ],
    ['has few connections', `ALTER DATABASE "?" CONNECTION LIMIT 5`, { connections: 'limit' }],
  ])('says that a database %s', async (_, statement, levels) => {
    const spoilt = await createDatabase();
    await spoilt.queryAsAdmin(`ALTER SCHEMA public OWNER TO postgres`);
    await spoilt.queryAsAdmin('GRANT ALL ON SCHEMA public TO public');
    await spoilt.queryAsAdmin(statement.replace('?', spoilt.name));
    expect(levelsOf(await examine(spoilt.url))).toMatchObject(levels);
    await spoilt.drop();
  });

  it('says which version of the memory is there', async () => {
    const migrated = await createDatabase();
    const service = await startService({ environment: { DATABASE_URL: migrated.url } });
    const { code, stdout } = await runCli(['doctor', migrated.url]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/good +memory +It is of this version\./),
    });
    await service.destroy();
    await migrated.drop();
  });
});

const [withPgBouncer, throughPgBouncer] = where(
  hasPgBouncer(),
  'jarvis-memory doctor, through PgBouncer',
  'it is not installed',
);
withPgBouncer(throughPgBouncer, () => {
  it.each([
    ['session', { ...ALL_GOOD, pooler: 'limit' }, 1],
    ['transaction', { ...ALL_GOOD, pooler: 'limit', notifications: 'limit' }, 1],
    ['statement', { server: 'good', pooler: 'broken' }, 2],
  ] as const)('says what holds in %s mode', async (mode, levels, exitCode) => {
    const database = await createDatabase();
    const pooler = await startPgBouncer(database.url, mode);
    expect(levelsOf(await examine(pooler.url))).toMatchObject(levels);
    const { code, stdout } = await runCli(['doctor', pooler.url]);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: expect.stringMatching(POOLER_FOUND[mode]) });
    await pooler.stop();
    await database.drop();
  });
});
const POOLER_FOUND = {
  session: /pooler +What stands between refuses the time-out of statements\./,
  transaction: /pooler +A pooler in transaction mode stands between/,
  statement: /pooler +A pooler in statement mode stands between/,
};

describe('jarvis-memory doctor, where no PostgreSQL answers', () => {
  const listening = async (server: NetServer): Promise<string> => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `postgres://jarvis:hunter2@127.0.0.1:${(server.address() as { port: number }).port}/jarvis`;
  };
  /** It reads, and says nothing by itself. */
  const quiet = (socket: Socket): Socket => socket.on('error', () => undefined).resume();
  const MYSQL = Buffer.concat([Buffer.from([0x4a, 0, 0, 0, 0x0a]), Buffer.from('8.0.36\0')]);

  it.each([
    ['MySQL', () => createServer((socket) => quiet(socket).write(MYSQL)), /MySQL or MariaDB answers/],
    [
      'a web server',
      () => createHttpServer((_, response) => response.end()),
      /A web server answers there \(HTTP\)/,
    ],
    ['nobody', () => createServer((socket) => quiet(socket)), /nothing answers/],
  ])('says that it is %s, within ten seconds', async (_, make, told) => {
    const server = make();
    const url = await listening(server);
    const begun = Date.now();
    const { code, stdout } = await runCli(['doctor'], { DATABASE_URL: url });
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringMatching(told) });
    expect(Date.now() - begun).toBeLessThan(60_000);
    expect(stdout).not.toContain('hunter2');
    server.close();
  });

  it.each([
    ['the password', (url: URL) => (url.password = 'hunter2'), /refuses the user or the password/],
    ['the database', (url: URL) => (url.pathname = '/nowhere'), /does not exist/],
    ['the port', (url: URL) => (url.port = '1'), /no socket|Nothing listens/],
  ])('says that %s is wrong', async (_, spoil, told) => {
    const database = await createDatabase();
    const url = new URL(database.url);
    spoil(url);
    expect(await examine(url.href)).toEqual([
      { subject: 'server', level: 'broken', found: expect.stringMatching(told) },
    ]);
    await database.drop();
  });

  it('refuses what is no URL of PostgreSQL, and repeats no password', async () => {
    const { code, stdout, stderr } = await runCli(['doctor', 'mysql://jarvis:hunter2@db.lan/jarvis']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/is for PostgreSQL only/);
    expect(stderr).not.toContain('hunter2');
  });
});

describe('jarvis-memory doctor, on a file', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
  afterAll(() => service.destroy());

  it('says what is there beside a service, and changes nothing', async () => {
    const before = stateOf(service.file);
    const { code, stdout, stderr } = await runCli(['doctor'], { DB_PATH: service.file });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/good +file +[^\n]*: It is of this version\./);
    expect(stdout).toMatch(/good +lock file +Held by process \d+, which is serving it\./);
    expect(stdout).toMatch(/good +locks +They exclude/);
    expect(stdout).toMatch(/good +write-ahead log/);
    expect(stdout).toMatch(/good +settings +journal_mode wal/);
    // The disk of whoever runs the tests may be in memory, or nearly full.
    expect([0, 1, 2]).toContain(code);
    expect(stateOf(service.file)).toEqual(before);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });

  it('makes no database where there is none', async () => {
    const folder = await temporaryFolder();
    const { stdout } = await runCli(['doctor', join(folder, 'new', 'jarvis.db')]);
    expect(stdout).toMatch(/good +file +[^\n]*is not there yet/);
    expect(readdirSync(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

/** The names beside a file, and the bytes of the file itself. */
function stateOf(file: string): unknown {
  const folder = dirname(file);
  return {
    names: readdirSync(folder).sort(),
    mode: statSync(file).mode,
    bytes: readFileSync(file).toString('base64'),
  };
}
