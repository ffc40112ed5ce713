import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrations as postgresMigrations } from '../migrations/postgres/index.js';
import { migrations } from '../migrations/sqlite/index.js';
import { VERSION } from '../src/config/index.js';
import { anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { isOnPostgres, itOnSqlite, NO_DATABASE } from './support/engine.js';
import { startService, startUnusable, type TestService } from './support/service.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('Health', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  const DATABASE = isOnPostgres
    ? {
        engine: 'postgres',
        synchronous: 'on',
        migration: postgresMigrations.at(-1)!.name,
        postgresVersion: expect.stringMatching(/^PostgreSQL 1\d\.\d+$/),
      }
    : {
        engine: 'sqlite',
        // Read from the connection that writes, not from the settings that it was asked to have.
        journalMode: 'wal',
        synchronous: 'full',
        migration: migrations.at(-1)!.name,
        sqliteVersion: expect.stringMatching(/^3\.\d+\.\d+$/),
      };

  it('says that the database answers and is migrated, and that commits are synced', async () => {
    const { body } = await service.callAnonymously('get', '/health').expect(200);
    expect(body).toEqual({
      status: 'up',
      version: VERSION,
      uptime: expect.any(Number),
      database: { status: 'up', ...DATABASE, sizeBytes: expect.any(Number) },
      components: expect.objectContaining({
        database: {
          state: 'up',
          since: expect.stringMatching(ONE_FORM),
          detail: expect.stringMatching(/\S/),
        },
        writeQueue: {
          state: 'up',
          since: expect.stringMatching(ONE_FORM),
          detail: expect.stringMatching(/^0 of/),
        },
      }),
    });
    expect(body.uptime).toBeGreaterThanOrEqual(0);
    expect(body.database.sizeBytes).toBeGreaterThan(4096);
  });

  itOnSqlite(
    'runs on a SQLite without the bug that corrupts a write-ahead log when it is reset',
    async () => {
      const { body } = await service.callAnonymously('get', '/health').expect(200);
      const [, minor = 0, patch = 0] = String(body.database.sqliteVersion).split('.').map(Number);
      expect(minor * 1000 + patch).toBeGreaterThanOrEqual(51_003);
    },
  );

  itOnSqlite('is on a file that says itself that it is in WAL', async () => {
    const header = await readFile(service.file);
    expect(header.subarray(0, 15).toString()).toBe('SQLite format 3');
    expect([header[18], header[19]]).toEqual([2, 2]);
  });

  it('says that the process lives', async () => {
    const { body } = await service.callAnonymously('get', '/health/live').expect(200);
    expect(body).toEqual({ status: 'up' });
  });

  it('tells nobody where the file lies', async () => {
    const { text } = await service.callAnonymously('get', '/health').expect(200);
    expect(text).not.toContain(service.folder);
  });
});

describe('Health with a database that cannot be used', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startUnusable();
  });
  afterAll(() => service.destroy());

  it('is down, and says why without saying where', async () => {
    const { body, text } = await service.callAnonymously('get', '/health').expect(503);
    expect(body).toMatchObject({
      status: 'down',
      database: { status: 'down', reason: expect.stringMatching(/\S/) },
      components: {
        database: { state: 'down', detail: body.database.reason },
        writeQueue: { state: 'down' },
      },
    });
    expect(text).not.toContain(service.folder);
  });

  it('says that the process lives all the same', async () => {
    await service.callAnonymously('get', '/health/live').expect(200);
  });

  it.each([
    ['get', '/memory/events', undefined],
    ['get', '/memory/events/1', undefined],
    ['post', '/memory/events', anEvent()],
    ['post', '/memory/events/1/resolve', {}],
    ['get', '/memory/conversations', undefined],
    ['delete', '/memory/conversations/chat-1', undefined],
    ['get', '/memory/snapshots', undefined],
    ['get', '/memory/snapshots/latest', undefined],
    ['post', '/memory/snapshots', { snapshot: {} }],
    ['get', '/memory/preferences', undefined],
    ['put', '/memory/preferences/ui.theme', { value: 'dark' }],
  ] as const)('refuses %s %s with the reason and when to try again', async (method, path, sent) => {
    const { body, headers, text } = await service.call(method, path).send(sent).expect(503);
    expectProblem(body, 'database_unavailable');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(text).not.toContain(service.folder);
  });

  it('still says first what is wrong with a request', async () => {
    const { body } = await service.call('post', '/memory/events').send({}).expect(400);
    expectProblem(body, 'validation_failed', ['type', 'source', 'summary']);
  });

  it('still asks for a token', async () => {
    await service.callAnonymously('get', '/memory/events').expect(401);
  });

  itOnSqlite('has left the file as it was', async () => {
    expect(await readFile(service.file, 'utf8')).toBe(NO_DATABASE);
  });

  it('wrote the cause to the log', () => {
    expect(service.log.join('\n')).toMatch(/cannot be used.*(?:not a database|does not exist)/s);
  });
});
