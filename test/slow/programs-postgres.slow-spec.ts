import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database, type ThreadProgram } from '../../src/database/index.js';
import { until } from '../support/instances.js';
import { startServer, type Server, type TestDatabase } from '../support/postgres/index.mjs';

const STATEMENT_TIMEOUT_MS = 3000;

/** A program whose body is this. */
function program<Input, Output>(body: string): ThreadProgram<Input, Output> {
  const module = `const query = (text, ...values) => ({ text, values });
    export async function run(reader, input) { ${body} }`;
  return { url: new URL(`data:text/javascript,${encodeURIComponent(module)}`) };
}
const ask = program<string, unknown>('return (await reader.read(query(input))).rows;');
const SLEEP = 'SELECT 1 AS one FROM pg_sleep(30)';

describe('A program in a thread that reads PostgreSQL', () => {
  let server: Server;
  let at: TestDatabase;
  let database: Database;

  beforeEach(async () => {
    server = await startServer();
    at = await server.createDatabase();
    const postgres = { url: at.url, poolSize: 3, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
    database = await Database.open({ file: 'unused.db', logger: false, postgres });
  });
  afterEach(async () => {
    await database.onApplicationShutdown();
    await server.destroy();
  });

  const one = (): Promise<unknown> => database.inThread(ask, 'SELECT 1 AS one');
  const expectNoneTaken = () => until(() => database.engine.serving?.reads.running === 0);
  const asleep = async (): Promise<number[]> =>
    (
      await at.queryAsAdmin(
        `SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(%' AND state = 'active' AND pid <> pg_backend_pid()`,
      )
    ).map(({ pid }) => Number(pid));

  it('reads one snapshot, and several queries at the same time', async () => {
    const two = program<undefined, unknown>(`
      const count = () => reader.read(query('SELECT count(*) AS count FROM preferences'));
      const before = await count();
      await reader.read(query('SELECT pg_sleep(2)'));
      return [before, ...(await Promise.all([count(), count()]))].map(({ rows }) => rows[0].count);`);
    const counts = database.inThread(two, undefined);
    await until(async () => (await asleep()).length > 0);
    await at.query(`INSERT INTO preferences VALUES ('a', '1', '2026-01-01T00:00:00.000Z')`);
    expect(await counts).toEqual([0, 0, 0]);
    await expectNoneTaken();
  });

  it('has the whole time of a statement for each of the queries that it asks at once', async () => {
    // Together they take longer than the driver waits for one: its time-out and five seconds more.
    const many = program<undefined, unknown>(`
      const slow = () => reader.read(query('SELECT 1 AS one FROM pg_sleep(0.75)'));
      return (await Promise.all(Array.from({ length: 12 }, slow))).length;`);
    expect(await database.inThread(many, undefined)).toBe(12);
    await expectNoneTaken();
  });

  it('gives its connection back where it reads no more, and may compute for long', async () => {
    const [endReading, end] = [join(server.folder, 'end-reading'), join(server.folder, 'end')];
    const computing = program<undefined, unknown>(`
      const { existsSync } = await import('node:fs');
      const toldBy = async (file) => {
        while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      const { rows } = await reader.read(query('SELECT 1 AS one'));
      await toldBy('${endReading}');
      reader.endReading();
      await toldBy('${end}');
      return [rows, await reader.read(query('SELECT 2')).catch(({ message }) => message)];`);
    const computed = database.inThread(computing, undefined);
    const inTransaction = `SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction'`;
    await until(async () => (await at.queryAsAdmin(inTransaction)).length === 1);
    await writeFile(endReading, '');
    await until(async () => (await at.queryAsAdmin(inTransaction)).length === 0);
    await writeFile(end, '');
    expect(await computed).toEqual([[{ one: 1 }], 'The program has said that it reads no more.']);
    expect(await one()).toEqual([{ one: 1 }]);
    await expectNoneTaken();
  });

  it('that asks what takes too long, or what is wrong, fails alone', async () => {
    await expect(database.inThread(ask, SLEEP)).rejects.toMatchObject({ code: 'database_busy' });
    await expect(database.inThread(ask, 'SELECT nothing')).rejects.toMatchObject({ code: '42703' });
    const left = program<undefined, unknown>(`
      reader.read(query('SELECT pg_sleep(0.2)')).catch(() => undefined);
      throw Object.assign(new Error('of its own'), { code: 'own' });`);
    await expect(database.inThread(left, undefined)).rejects.toMatchObject({
      message: 'of its own',
      code: 'own',
    });
    expect(await one()).toEqual([{ one: 1 }]);
    await expectNoneTaken();
  });

  it('whose connection is lost fails with 503, and the next one reads on another', async () => {
    const reading = expect(database.inThread(ask, SLEEP)).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    await until(async () => (await asleep()).length > 0);
    await at.disconnectAll();
    await reading;
    expect(await one()).toEqual([{ one: 1 }]);
    await server.stopImmediately();
    await expect(one()).rejects.toMatchObject({ code: 'database_unavailable' });
    await server.start();
    expect(await one()).toEqual([{ one: 1 }]);
    await expectNoneTaken();
  });

  it('whose thread ends fails, with its statement; the next one gets another thread', async () => {
    const dying = program<undefined, unknown>(`
      reader.read(query('${SLEEP}'));
      setTimeout(() => { throw new Error('nobody caught it'); }, 100);
      return new Promise(() => undefined);`);
    const begun = Date.now();
    await expect(database.inThread(dying, undefined)).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(Date.now() - begun).toBeLessThan(STATEMENT_TIMEOUT_MS);
    expect(await one()).toEqual([{ one: 1 }]);
    const later = program<undefined, unknown>(
      `setTimeout(() => { throw new Error('too late'); }, 50); return 1;`,
    );
    expect(await database.inThread(later, undefined)).toBe(1);
    await sleep(150);
    expect(await one()).toEqual([{ one: 1 }]);
    await expectNoneTaken();
    await until(async () => (await asleep()).length === 0);
  });

  it('is ended by a shutdown, and those that wait are refused', async () => {
    const refused = { code: 'database_unavailable' };
    const reading = expect(database.inThread(ask, SLEEP)).rejects.toMatchObject(refused);
    const waiting = expect(one()).rejects.toMatchObject(refused);
    await until(async () => (await asleep()).length > 0);
    const begun = Date.now();
    await database.onApplicationShutdown();
    expect(Date.now() - begun).toBeLessThan(STATEMENT_TIMEOUT_MS);
    await reading;
    await waiting;
    await expect(one()).rejects.toMatchObject(refused);
  });
});
