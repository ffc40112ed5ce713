import { existsSync, readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Database as SqliteHandle } from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { migrationOptions } from '../ormconfig.js';
import { migrations } from '../migrations/sqlite/index.js';
import { Database, type WriteOptions } from '../src/database/index.js';
import { NO_CHANGE } from '../src/database/feed/feed-change.js';
import { LOCK_TIMEOUT_MS } from '../src/database/sqlite/connection/read-only.js';
import { sqliteHandle } from '../src/database/sqlite/connection/handle.js';
import { EventEntity } from '../src/events/event.entity.js';
import { EventsService } from '../src/events/index.js';
import { anEvent } from './factories/index.js';
import { makeFirstBackendFile } from './support/first-backend.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';
import { askUncached } from './support/health.js';
import { sqliteOf } from './support/sqlite.js';

const setting = (handle: SqliteHandle, name: string): unknown => handle.pragma(name, { simple: true });

describe('The connections that serve', () => {
  let service: TestService;
  let writer: SqliteHandle;
  let reader: SqliteHandle;
  beforeEach(async () => {
    service = await startService();
    const database = service.app.get(Database);
    writer = sqliteHandle(sqliteOf(database)['connections'].writer);
    reader = sqliteHandle(database.reader);
  });
  afterEach(() => service.destroy());

  it('write in WAL, and sync every commit to disk', () => {
    expect(setting(writer, 'journal_mode')).toBe('wal');
    // 2 is FULL: after each commit. SQLite is built here with NORMAL as the default in WAL.
    expect(setting(writer, 'synchronous')).toBe(2);
  });

  it('write under settings that bound the log, find damage, and distrust the schema', () => {
    expect(setting(writer, 'journal_size_limit')).toBe(67_108_864);
    expect(setting(writer, 'cell_size_check')).toBe(1);
    expect(setting(writer, 'trusted_schema')).toBe(0);
    expect(setting(writer, 'temp_store')).toBe(2);
    expect(setting(writer, 'foreign_keys')).toBe(1);
    // 2 is INCREMENTAL: pages that become free can be given back without rewriting the file.
    expect(setting(writer, 'auto_vacuum')).toBe(2);
  });

  it('read through a connection of their own that cannot write', async () => {
    expect(reader).not.toBe(writer);
    expect(reader.readonly).toBe(true);
    expect(setting(reader, 'query_only')).toBe(1);
    expect(setting(reader, 'trusted_schema')).toBe(0);
    expect(setting(reader, 'cell_size_check')).toBe(1);
    const { reader: dataSource } = service.app.get(Database);
    await expect(dataSource.getRepository(EventEntity).clear()).rejects.toThrow(/readonly/);
    await expect(dataSource.query('CREATE TABLE other (a)')).rejects.toThrow(/readonly/);
  });

  it('wait a bounded time for a lock that another program holds', () => {
    expect(setting(writer, 'busy_timeout')).toBeLessThanOrEqual(LOCK_TIMEOUT_MS);
    expect(setting(reader, 'busy_timeout')).toBe(LOCK_TIMEOUT_MS);
  });

  it('tell their settings in the answer on health, as they are and not as they were meant', async () => {
    const { body } = await service.callAnonymously('get', '/health').expect(200);
    expect(body.database).toEqual({
      status: 'up',
      engine: 'sqlite',
      journalMode: 'wal',
      synchronous: 'full',
      migration: migrations.at(-1)!.name,
      sqliteVersion: writer.prepare('SELECT sqlite_version()').pluck().get(),
      sizeBytes: expect.any(Number),
    });
    writer.pragma('synchronous = NORMAL');
    const changed = await askUncached(() => service.callAnonymously('get', '/health'));
    expect(changed.body.database.synchronous).toBe('normal');
  });

  it('leave the sync of what a crash may undo to the next commit that is synced', async () => {
    const database = service.app.get(Database);
    const synchronous = (options: WriteOptions): Promise<unknown> =>
      database.write(
        async (manager) => {
          const [row] = await manager.query<{ synchronous: number }[]>('PRAGMA synchronous');
          return { inTransaction: row?.synchronous, told: await database.status() };
        },
        NO_CHANGE,
        options,
      );
    const told = expect.objectContaining({ synchronous: 'full' });
    for (let times = 0; times < 2; times++) {
      expect(await synchronous({ commitsAsynchronously: true })).toEqual({ inTransaction: 1, told });
      expect(await synchronous({})).toEqual({ inTransaction: 2, told });
    }
    const failing = database.write(() => Promise.reject(new Error('of the work')), NO_CHANGE, {
      commitsAsynchronously: true,
    });
    await expect(failing).rejects.toThrow('of the work');
    expect(await synchronous({})).toEqual({ inTransaction: 2, told });
  });

  it('are down on health as soon as the file cannot be read', async () => {
    reader.close();
    const { body } = await askUncached(() => service.callAnonymously('get', '/health').expect(503));
    expect(body).toMatchObject({ status: 'down', database: { status: 'down' } });
    await service.callAnonymously('get', '/health/live').expect(200);
  });

  it('leave neither log nor shared memory behind when they close, and may be closed twice', async () => {
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    expect(existsSync(`${service.file}-wal`)).toBe(true);
    const database = service.app.get(Database);
    await service.stop();
    await database.onApplicationShutdown();
    expect(readdirSync(service.folder)).toEqual(['jarvis.db', 'jarvis.db.lock', 'jarvis.db.password-hash']);
  });

  it('refuse reads and writes once they are closed', async () => {
    const events = service.app.get(EventsService);
    await service.stop();
    await expect(events.getRecentEvents()).rejects.toMatchObject({
      code: 'database_unavailable',
      status: 503,
    });
    await expect(events.saveEvent(anEvent())).rejects.toMatchObject({ code: 'database_unavailable' });
  });
});

describe('Database.open', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is silent where it is told to be, whether it succeeds or not', async () => {
    const lines: unknown[] = [];
    const take = (...parts: unknown[]): boolean => Boolean(lines.push(...parts));
    const spies = [
      jest.spyOn(process.stdout, 'write').mockImplementation(take),
      jest.spyOn(console, 'log').mockImplementation(take),
      jest.spyOn(console, 'error').mockImplementation(take),
    ];
    try {
      makeFirstBackendFile(`${folder}/good.db`);
      makeFirstBackendFile(`${folder}/bad.db`);
      const blocked = await new DataSource(migrationOptions(`${folder}/bad.db`)).initialize();
      await blocked.query('CREATE TABLE conversation_sessions (a)');
      await blocked.destroy();
      for (const name of ['good', 'bad']) {
        const database = await Database.open({ file: `${folder}/${name}.db`, logger: false });
        await database.onApplicationShutdown();
      }
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
    expect(lines).toEqual([]);
  });

  it('serves two databases in one process, each with its own file', async () => {
    const one = await Database.open({ file: `${folder}/one.db`, logger: false });
    const other = await Database.open({ file: `${folder}/other.db`, logger: false });
    await one.write((manager) => manager.query(`INSERT INTO preferences VALUES ('whose', 'one', '2026')`));
    const read = (database: Database): Promise<unknown> =>
      database.read(() => database.reader.query('SELECT value FROM preferences'));
    expect(await read(one)).toEqual([{ value: 'one' }]);
    expect(await read(other)).toEqual([]);
    for (const database of [one, other]) await database.onApplicationShutdown();
  });
});
