import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Response } from 'express';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { Database } from '../../src/database/index.js';
import { JsonText } from '../../src/json/index.js';
import { TransferService } from '../../src/operations/transfer/transfer.service.js';
import { importRows } from '../../src/operations/transfer/import-rows.js';
import type { ImportSource } from '../../src/operations/transfer/import-source.js';
import { aLine, anExport } from '../factories/exports.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';

let database: TestDatabase;
let service: Database;

const serverOf = ({
  url,
}: TestDatabase): { file: string; postgres: Parameters<typeof Database.open>[0]['postgres'] } => ({
  file: '',
  postgres: { url, poolSize: 2, statementTimeoutMs: 30_000 },
});

beforeEach(async () => {
  database = await createDatabase();
  service = await Database.open({ ...serverOf(database), logger: false });
});
afterEach(async () => {
  await service.onApplicationShutdown();
  await database.drop();
});

/** Writes an event as a service does. @returns its id. */
const write = (): Promise<number> =>
  service.write(async (manager) => {
    const [row] = await manager.query<{ id: number }[]>(
      `INSERT INTO events (timestamp, type, severity, source, summary) VALUES ('2026-11-22T20:15:00.123Z', 'alert', 'info', 'a', 'b') RETURNING id`,
    );
    return row!.id;
  });

describe('An import beside a service that shares the database', () => {
  it('leaves it ids of its own from the first row on', async () => {
    const text = anExport([aLine.event(1), aLine.event(2), aLine.message(1)], {
      header: { lastIds: { event: 20_000 } },
    });
    const given: number[] = [];
    let reads = 0;
    const source = {
      bytes: text.length,
      async *read() {
        const end = text.indexOf('{"end"');
        yield Buffer.from(text.slice(0, end));
        // The first time it is only checked.
        if (++reads > 1) given.push(await write(), await write());
        yield Buffer.from(text.slice(end));
      },
    } as unknown as ImportSource;
    const options = { dryRun: false, logger: false, onProgress: () => undefined } as const;
    const { added } = await importRows(serverOf(database), source, options);
    expect(added).toMatchObject({ event: 2, message: 1 });
    expect(given).toEqual([20_001, 20_002]);
    expect(await write()).toBe(20_003);
  });

  it.each([
    [5, [1, 2, 3, 4, 5], 11],
    [30_000, [1], 30_001],
  ])(
    'raises the ids to %i and takes none back that were given out meanwhile',
    async (last, meanwhile, next) => {
      const raised = service.write(async (manager) => {
        let statements = 0;
        const slow = {
          query: async (text: string, values: unknown[]): Promise<unknown> => {
            if (++statements === 2)
              for (const id of meanwhile)
                await manager.query('SELECT nextval($1), $2', ['events_id_seq', id]);
            return manager.query(text, values);
          },
        } as unknown as EntityManager;
        await service.transfer.raiseLastIds(slow, { event: last });
      });
      await raised;
      expect(await write()).toBe(next);
    },
  );
});

describe('A snapshot', () => {
  const store = (details: string): Promise<unknown> =>
    database.query(
      `INSERT INTO events (timestamp, type, severity, source, summary, details) VALUES ('2026-11-22T20:15:00.123Z', 'alert', 'info', 'a', 'b', $1)`,
      [details],
    );
  const detailsIn = async (): Promise<unknown[]> => {
    const snapshot = await service.openReadSnapshot();
    const found: unknown[] = [];
    for await (const rows of snapshot.slices('event')) for (const row of rows) found.push(row['details']);
    await snapshot.close();
    return found;
  };

  it('takes no connection that requests wait for, and ends for sure', async () => {
    const snapshots = await Promise.all([service.openReadSnapshot(), service.openReadSnapshot()]);
    const { rows } = await service.read(async (reader) =>
      reader.read({ text: 'SELECT 1 AS one', values: [] }),
    );
    expect(rows).toEqual([{ one: 1 }]);
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND state = 'idle in transaction'`,
      [database.name],
    );
    for (const snapshot of snapshots) await snapshot.close();
  });

  it('sends nothing more once it is closed', async () => {
    await store('{}');
    const snapshot = await service.openReadSnapshot();
    const slices = snapshot.slices('event')[Symbol.asyncIterator]();
    await slices.next();
    await snapshot.close();
    await expect(slices.next()).rejects.toThrow('The snapshot is closed.');
  });

  it('lets the server say what is JSON, of documents of any size and depth', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(2_000_000) });
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    await store(large);
    await store('{ no JSON }');
    const parse = jest.spyOn(JSON, 'parse');
    const found = await detailsIn();
    const parsed = parse.mock.calls.filter(([text]) => text.length > 1_000_000);
    parse.mockRestore();
    expect(found).toEqual([JsonText.of(large), '{ no JSON }']);
    expect(parsed).toEqual([]);
    await store(deep);
    // Nobody has looked at the large one then.
    expect(await detailsIn()).toEqual([large, '{ no JSON }', JsonText.of(deep)]);
  });
});

it('An export whose client leaves ends the statement that it waits for', async () => {
  const blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
  await blocker.query('BEGIN; LOCK TABLE events');
  const transfer = new TransferService(service);
  const response = new EventEmitter() as unknown as Response;
  const stream = (await transfer.export({ kind: ['event'] }, response)).getStream();
  stream.on('error', () => undefined).resume();
  const waiting = async (): Promise<number> =>
    (
      await database.query(`SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'`, [
        database.name,
      ])
    ).length;
  while ((await waiting()) === 0) await sleep(10);
  response.emit('close');
  while ((await waiting()) > 0) await sleep(10);
  expect(stream.destroyed).toBe(true);
  await blocker.end();
});

it('A database whose encoding lacks characters is refused', async () => {
  const name = `${database.name}_latin`;
  await database.queryAsAdmin(
    `CREATE DATABASE ${name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`,
  );
  const url = Object.assign(new URL(database.adminUrl), { pathname: name }).href;
  const refused = await Database.open({ ...serverOf({ ...database, url } as TestDatabase), logger: false });
  const reason = expect.stringMatching(/encoding LATIN1.*needs one with UTF8/);
  expect(await refused.status()).toEqual({ status: 'down', reason });
  await refused.onApplicationShutdown();
  await database.queryAsAdmin(`DROP DATABASE ${name} WITH (FORCE)`);
});
