import { copyFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { ConversationsService } from '../src/conversations/index.js';
import { Database, Table } from '../src/database/index.js';
import { pruneFeed } from '../src/database/feed/prune-feed.js';
import { NO_CHANGE } from '../src/database/feed/feed-change.js';
import { EventsService } from '../src/events/index.js';
import { EventEntity } from '../src/events/event.entity.js';
import { PreferencesService } from '../src/preferences/index.js';
import { PreferenceEntity } from '../src/preferences/preference.entity.js';
import { aKey } from './factories/keys.js';
import { aMessage, anEvent } from './factories/index.js';
import { sqliteOf } from './support/sqlite.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';
import type { Work } from '../src/database/unit.js';

interface Row {
  readonly position: number;
  readonly number: number;
  readonly topic: string;
  readonly kind: string;
  readonly ids: string;
  readonly is_complete: number;
}

const rowsIn = (handle: SqliteHandle, after = 0): Row[] =>
  handle
    .prepare<[number], Row>('SELECT * FROM feed_changes WHERE position > ? ORDER BY position, number')
    .all(after);
const positionIn = (handle: SqliteHandle): number =>
  handle.prepare('SELECT position FROM feed_head').pluck().get() as number;
const identityIn = (handle: SqliteHandle): string =>
  handle.prepare('SELECT identity FROM feed_head').pluck().get() as string;
const told = ({ topic, kind, ids }: Row): string => `${topic} ${kind} ${ids}`;

describe('The feed in the database', () => {
  let service: TestService;
  let handle: SqliteHandle;
  let before: number;
  beforeAll(async () => {
    service = await startService();
    handle = new Sqlite(service.file, { readonly: true });
  });
  beforeEach(() => {
    before = positionIn(handle);
  });
  afterAll(async () => {
    handle.close();
    await service.destroy();
  });

  const toldSince = (): string[] => rowsIn(handle, before).map(told);

  it('has what each kind of write wrote, under the next position', async () => {
    const events = service.app.get(EventsService, { strict: false });
    const preferences = service.app.get(PreferencesService, { strict: false });
    const conversations = service.app.get(ConversationsService, { strict: false });
    const { id } = await events.saveEvent(anEvent());
    const [one, two] = await events.saveEvents({ events: [anEvent(), anEvent()] });
    await events.resolveEvent(id);
    await preferences.setPreference('a', 'x');
    await preferences.deletePreference('a');
    const message = await conversations.saveMessage(aMessage());
    await conversations.deleteSession('chat-1');
    expect(toldSince()).toEqual([
      `events insert [${id}]`,
      `events insert [${one!.id},${two!.id}]`,
      `events update [${id}]`,
      'preferences upsert ["a"]',
      'preferences delete ["a"]',
      `conversations insert [${message.id}]`,
      'conversations delete ["chat-1"]',
    ]);
    const positions = rowsIn(handle, before).map(({ position }) => position);
    expect(positions).toEqual(positions.map((_, index) => before + 1 + index));
    const topics = handle.prepare('SELECT topic, position FROM feed_topics').raw().all();
    expect(new Map(topics as [string, number][]).get('events')).toBe(before + 3);
  });

  it('has keys and revoked tokens, but not what they are', async () => {
    await aKey(service, 'reader');
    expect(toldSince()).toContain('access unknown []');
  });

  it('has nothing of what changed nothing or failed', async () => {
    const events = service.app.get(EventsService, { strict: false });
    const database = service.app.get(Database);
    await events.resolveEvent(999_999);
    await service.app.get(PreferencesService, { strict: false }).deletePreference('none');
    await database.tryWriting();
    await expect(database.write(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(toldSince()).toEqual([]);
  });

  it('has one position a transaction, and a row for each topic and kind of it', async () => {
    const database = service.app.get(Database);
    const preferences = Table.of(database, { entity: PreferenceEntity, topic: 'preferences' });
    const row = (key: string): PreferenceEntity => ({ key, value: '1', updatedAt: '2026' });
    // The clock of the queue stands still: a group also ends by time, and a slow machine would end it early.
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    await Promise.all([
      preferences.upsert(row('b')),
      preferences.upsert(row('c')),
      preferences.delete('c'),
      database.write(() => Promise.resolve(), 'snapshots'),
      database.write(() => Promise.reject(new Error('no')), 'events').catch(() => undefined),
    ]).finally(() => {
      clock.mockRestore();
    });
    expect(rowsIn(handle, before).map((one) => [one.position - before, one.number, told(one)])).toEqual([
      [1, 0, 'preferences upsert ["b","c"]'],
      [1, 1, 'preferences delete ["c"]'],
      [1, 2, 'snapshots unknown []'],
    ]);
  });

  it('has at most 1000 ids in a row, and as many rows as it takes', async () => {
    const database = service.app.get(Database);
    const ids = Array.from({ length: 2001 }, (_, index) => index);
    await database.write(() => Promise.resolve(), { topic: 'events', kind: 'insert', ids: () => ids });
    const rows = rowsIn(handle, before);
    expect(rows.map(({ number, is_complete }) => [number, is_complete])).toEqual(
      [0, 1, 2].map((n) => [n, 1]),
    );
    expect(rows.flatMap((row) => JSON.parse(row.ids) as number[])).toEqual(ids);
  });

  it('is read in order, in whole positions', async () => {
    const database = service.app.get(Database);
    for (const topic of ['a', 'b', 'c']) await database.write(() => Promise.resolve(), topic);
    const { feed } = database.engine.serving!;
    const changes = await feed.changesAfter(before, 2);
    expect(changes.map(({ position, topic }) => [position - before, topic])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(await feed.changesAfter(before + 3, 2)).toEqual([]);
    expect(await feed.read()).toMatchObject({ identity: identityIn(handle), position: before + 3 });
  });

  it('has that anything may have changed where another program wrote, and the versions change at once', async () => {
    const { changes } = service.app.get(Database);
    await nextTurn();
    const version = changes.versionOf('events');
    const other = new Sqlite(service.file);
    other.exec("UPDATE events SET summary = 'by hand'");
    other.close();
    await nextTurn();
    expect(changes.versionOf('events')).not.toBe(version);
    await service.app.get(Database).tryWriting();
    expect(toldSince()).toEqual(['* unknown []']);
  });

  it('goes on where somebody set it back by hand, and never runs backwards', async () => {
    const database = service.app.get(Database);
    const preferences = Table.of(database, { entity: PreferenceEntity, topic: 'preferences' });
    const write = (): Promise<void> => preferences.upsert({ key: 'b', value: '1', updatedAt: '2026' });
    await write();
    const position = positionIn(handle);
    for (const change of [
      'UPDATE feed_head SET position = 0',
      'DELETE FROM feed_head',
      'DELETE FROM feed_topics',
    ]) {
      const other = new Sqlite(service.file);
      other.exec(change);
      other.close();
      await write();
    }
    expect(positionIn(handle)).toBeGreaterThan(position + 2);
  });
});

describe('A feed that cannot be written', () => {
  it('lets no version lie meanwhile, and hears of it when it can be written again', async () => {
    const service = await startService();
    const database = service.app.get(Database);
    const { writer } = sqliteOf(database)['connections'];
    const pages = (await writer.query<{ page_count: number }[]>('PRAGMA page_count'))[0]!.page_count;
    await writer.query(`PRAGMA max_page_count = ${pages}`);
    const ids = Array.from({ length: 1000 }, (_, index) => index);
    const write = (): Promise<unknown> =>
      database.write(() => Promise.resolve(), { topic: 'events', kind: 'insert', ids: () => ids });
    let position = 0;
    const fill = async (): Promise<never> => {
      for (;;) {
        await write();
        ({ position } = await database.engine.serving!.feed.read());
      }
    };
    await expect(fill()).rejects.toMatchObject({ code: 'storage_full' });
    const before = database.changes.versionOf('preferences');
    const other = new Sqlite(service.file);
    other.exec("INSERT INTO preferences VALUES ('by hand', 'x', '')");
    await nextTurn();
    expect(database.changes.versionOf('preferences')).not.toBe(before);
    await writer.query('PRAGMA max_page_count = 1000000');
    await write();
    expect(rowsIn(other, position)[0]).toMatchObject({ position: position + 1, topic: '*' });
    other.close();
    await service.destroy();
  });
});

describe('The identity of the feed', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await temporaryFolder();
    file = join(folder, 'jarvis.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Serves the file once. @returns the identity and the position at the end. */
  async function serve(work?: (database: Database) => unknown): Promise<[string, number, string]> {
    const database = await Database.open({ file, logger: false });
    await database.tryWriting();
    await work?.(database);
    const { identity, position } = await database.engine.serving!.feed.read();
    const version = database.changes.versionOf('events');
    await database.onApplicationShutdown();
    return [identity, position, version];
  }
  const write = (database: Database): Promise<unknown> =>
    Table.of(database, { entity: EventEntity, topic: 'events' })
      .update(1, { summary: 'x' })
      .then(() => database.write(() => Promise.resolve(), 'events'));

  it('stays over a clean end, after which anything may have changed', async () => {
    const [first, end, version] = await serve(write);
    const [second, position, later] = await serve();
    expect([second, position]).toEqual([first, end + 1]);
    expect(later).not.toBe(version);
  });

  it('is another where an older copy of the file was put in its place', async () => {
    const [first] = await serve(write);
    copyFileSync(file, `${file}.copy`);
    const [, , version] = await serve(write);
    copyFileSync(`${file}.copy`, file);
    const [second, , later] = await serve(write);
    expect(second).not.toBe(first);
    expect(later).not.toBe(version);
  });

  it('is another where the file is used elsewhere', async () => {
    const [first] = await serve(write);
    copyFileSync(file, join(folder, 'elsewhere.db'));
    file = join(folder, 'elsewhere.db');
    expect((await serve())[0]).not.toBe(first);
  });

  /** As if the process had been killed. @param changes of its run record. */
  function kill(...changes: string[]): void {
    const lock = new Sqlite(`${file}.lock`);
    const set = ["'$.ended', NULL", ...changes].join(', ');
    lock.exec(`UPDATE holder SET run = json_set(run, ${set})`);
    lock.close();
  }

  it('stays where the process was killed, before or after it noted its last commit', async () => {
    const [first, end] = await serve(write);
    kill();
    const [second, position] = await serve();
    expect([second, position]).toEqual([first, end + 1]);
    kill(`'$.feed.position', ${position - 1}`);
    expect((await serve())[0]).toBe(first);
  });

  it('is another where the machine was started anew since', async () => {
    const [first] = await serve(write);
    kill("'$.boot', 'another'");
    const [second] = await serve();
    expect(second).not.toBe(first);
    kill("'$.boot', NULL");
    expect((await serve())[0]).not.toBe(second);
  });

  it.each([1, -2])('is another where a process was killed at a position that is %d further', async (by) => {
    const [first, end] = await serve(write);
    kill(`'$.feed.position', ${end + by}`);
    expect((await serve())[0]).not.toBe(first);
  });

  it('is another where nobody could note the position', async () => {
    const [first] = await serve(write);
    kill("'$.feed', NULL");
    expect((await serve())[0]).not.toBe(first);
  });

  it('is another after a row was written while no service ran, and the feed was told', async () => {
    const [first, end] = await serve(write);
    await Database.openAlongside({ file }, 'write', write);
    const [second, position] = await serve();
    expect(second).not.toBe(first);
    expect(position).toBe(end + 2);
  });

  it('can be given anew to a database that is served', async () => {
    const heard: string[] = [];
    const [identity] = await serve(async (database) => {
      database.changes.subscribe((changes) => heard.push(...changes.map(({ topic }) => topic)));
      const before = database.changes.versionOf('events');
      await database.renewFeed();
      expect(database.changes.versionOf('events')).not.toBe(before);
    });
    expect(heard).toContain('*');
    expect((await serve())[0]).toBe(identity);
  });
});

describe('Pruning the feed', () => {
  let folder: string;
  let database: Database;
  let other: SqliteHandle;
  beforeEach(async () => {
    folder = await temporaryFolder();
    database = await Database.open({ file: join(folder, 'jarvis.db'), logger: false });
    await database.tryWriting();
    other = new Sqlite(join(folder, 'jarvis.db'), { readonly: true });
    await run('DELETE FROM feed_changes');
  });
  afterEach(async () => {
    other.close();
    await database.onApplicationShutdown();
    await rm(folder, { recursive: true });
  });

  /** Two rows a position. */
  async function fill(positions: number, ageMs: (position: number) => number): Promise<void> {
    const rows = Array.from({ length: positions }, (_, index) => [
      index + 1,
      new Date(Date.now() - ageMs(index + 1)).toISOString(),
    ]);
    await run(
      `INSERT INTO feed_changes SELECT value ->> 0, number, 'events', 'insert', '[]', 1, value ->> 1
        FROM json_each(?), (SELECT 0 AS number UNION SELECT 1)`,
      JSON.stringify(rows),
    );
  }
  /** Not by another program, which would be told of in the feed. */
  const run = (text: string, ...values: string[]): Promise<unknown> =>
    database.write((manager) => manager.query(text, values), NO_CHANGE);
  const prune = (minRows: number, maxRows: number): Promise<void> =>
    pruneFeed(database.engine.rows, <T>(work: Work<T>) => database.write<T>(work, NO_CHANGE), {
      minAgeMs: 1000,
      minRows,
      maxRows,
    });
  const kept = (): unknown => other.prepare('SELECT min(position), count(*) FROM feed_changes').raw().get();

  it('keeps what is young, and the newest rows however old', async () => {
    await fill(1000, (position) => (position > 900 ? 0 : 5000));
    await prune(100, 10_000);
    expect(kept()).toEqual([901, 200]);
    await prune(100, 10_000);
    expect(kept()).toEqual([901, 200]);
    await run("UPDATE feed_changes SET committed_at = '2020-01-01T00:00:00.000Z'");
    await prune(100, 10_000);
    expect(kept()).toEqual([951, 100]);
  });

  it('keeps no more than the most, however young', async () => {
    await fill(1000, () => 0);
    await prune(100, 300);
    expect(kept()).toEqual([851, 300]);
  });

  it('leaves no gap where the clock was ahead', async () => {
    await fill(1000, (position) => (position === 500 ? -3_600_000 : 5000));
    await prune(100, 10_000);
    expect(kept()).toEqual([500, 1002]);
  });

  it('deletes in small steps, lets others write in between, and keeps the positions of the topics', async () => {
    await fill(12_000, () => 5000);
    const groups: number[] = [];
    database.measures!.watchGroups(({ units }) => groups.push(units));
    const topics = other.prepare('SELECT * FROM feed_topics').all();
    await prune(10_000, 1_000_000);
    expect(kept()).toEqual([7001, 10_000]);
    expect(groups.length).toBeGreaterThanOrEqual(14_000 / 200);
    expect(other.prepare('SELECT * FROM feed_topics').all()).toEqual(topics);
  });
});
