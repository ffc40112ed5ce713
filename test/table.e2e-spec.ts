import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConversationsService } from '../src/conversations/index.js';
import { Changes, Database, ANY_TOPIC, Table, type Change, type List } from '../src/database/index.js';
import { EventEntity } from '../src/events/event.entity.js';
import { EventsService } from '../src/events/index.js';
import { decodeCursor, encodeCursor } from '../src/paging/cursor.js';
import { PreferencesService } from '../src/preferences/index.js';
import { PreferenceEntity } from '../src/preferences/preference.entity.js';
import { SnapshotsService } from '../src/snapshots/index.js';
import { SnapshotEntity, UNPACKED } from '../src/snapshots/snapshot.entity.js';
import { aMessage, anEvent, aSnapshot } from './factories/index.js';
import {
  isOnPostgres,
  itOnPostgres,
  itOnSqlite,
  makeUnusable,
  storeOf,
  type Store,
} from './support/engine.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';
import { turnsDuring } from './support/turns.js';

const MB = 1_048_576;

type EventRow = Omit<EventEntity, 'id'>;
const anEventRow = (parts: Partial<EventRow> = {}): EventRow => ({
  timestamp: '2026-11-22T20:15:00.000Z',
  type: 'alert',
  severity: 'info',
  source: 'monitor',
  node: null,
  summary: 'Disk usage on pve2 is at 91 %',
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
  ...parts,
});

interface Filters {
  readonly node?: string;
  readonly oldestFirst?: boolean;
}
const BY_TIME: List<EventEntity, Filters> = {
  name: 'by time',
  sortBy: 'timestamp',
  order: 'DESC',
  where: ({ node, oldestFirst = false }) => ({
    oneOf: { node: node === undefined ? undefined : [node] },
    order: oldestFirst ? 'ASC' : 'DESC',
  }),
};
const BY_KEY: List<PreferenceEntity> = { name: 'by key', sortBy: 'key', order: 'ASC' };

const idOf = ({ id }: { id: number }): number => id;
const itself = <T>(row: T): T => row;

describe('A table', () => {
  let folder: string;
  let database: Database;
  let events: Table<EventEntity>;
  let snapshots: Table<SnapshotEntity>;
  let preferences: Table<PreferenceEntity>;
  /** Another program that reads the same database. */
  let store: Store;

  beforeAll(async () => {
    folder = await temporaryFolder();
    store = await storeOf(join(folder, 'jarvis.db'));
    database = await Database.open({ ...store.target, logger: false });
    events = Table.of(database, { entity: EventEntity, topic: 'events', large: 'details' });
    snapshots = Table.of(database, { entity: SnapshotEntity, topic: 'snapshots', large: 'snapshot' });
    preferences = Table.of(database, { entity: PreferenceEntity, topic: 'preferences' });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    await store.remove();
    await rm(folder, { recursive: true });
  });

  const countOf = async (node: string): Promise<unknown> =>
    (await store.run('SELECT count(*) AS "count" FROM events WHERE node = ?', node))[0]?.['count'];

  /** The topics whose version a piece of work changes. */
  async function topicsOf(work: () => Promise<unknown>): Promise<string[]> {
    const topics = ['events', 'snapshots', 'preferences', 'another'];
    const before = topics.map((topic) => database.changes.versionOf(topic));
    await work();
    return topics.filter((topic, index) => database.changes.versionOf(topic) !== before[index]);
  }

  it('inserts a row, which is on disk then, and gives it an id', async () => {
    const row = anEventRow({ node: 'one', details: '{"a":1}', resolved: true });
    const saved = await events.insert(row);
    expect(saved).toEqual({ id: expect.any(Number), ...row });
    const stored = await store.run('SELECT node, details, resolved FROM events WHERE id = ?', saved.id);
    expect(stored).toEqual([{ node: 'one', details: '{"a":1}', resolved: isOnPostgres ? true : 1 }]);
  });

  it('inserts many rows in their order, with a turn of the event loop in between', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) =>
      anEventRow({ node: 'many', summary: `${index}` }),
    );
    let saved: EventEntity[] = [];
    const turns = await turnsDuring(async () => (saved = await events.insertMany(rows)));
    expect(turns).toBeGreaterThanOrEqual(4);
    expect(saved.map(({ summary }) => summary)).toEqual(rows.map(({ summary }) => summary));
    expect(saved.map(idOf)).toEqual(rows.map((_, index) => saved[0]!.id + index));
    expect(await countOf('many')).toBe(1000);
  });

  it('inserts all of many rows or none', async () => {
    const rows = [
      anEventRow({ node: 'none' }),
      anEventRow({ node: 'none', summary: null as unknown as string }),
    ];
    await expect(events.insertMany(rows)).rejects.toThrow(/not.null/i);
    expect(await countOf('none')).toBe(0);
    expect(await events.insertMany([])).toEqual([]);
  });

  it('gets a row by its key, and makes an answer of it', async () => {
    const { id } = await events.insert(anEventRow({ node: 'got' }));
    expect(await events.get(id)).toMatchObject({ id, node: 'got', resolved: false });
    expect(await events.get(id, ({ node }) => node)).toBe('got');
    expect(await events.get(id, ({ node }) => Promise.resolve(node))).toBe('got');
    expect(await events.get(id + 1)).toBeNull();
    await preferences.upsert({ key: 'got', value: 'x', updatedAt: '2026' });
    expect(await preferences.get('got', ({ value }) => value)).toBe('x');
    expect(await preferences.get('not got')).toBeNull();
  });

  it('gets large rows one at a time, and small ones meanwhile', async () => {
    const large = await events.insertMany(
      [1, 2, 3].map(() => anEventRow({ node: 'large', details: 'x'.repeat(MB) })),
    );
    const small = await events.insert(anEventRow({ node: 'small' }));
    const order: string[] = [];
    const map = async ({ node }: EventEntity): Promise<void> => {
      order.push(`${node} read`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`${node} mapped`);
    };
    await Promise.all([...large, small].map(({ id }) => events.get(id, map)));
    const ofLarge = order.filter((what) => what.startsWith('large'));
    expect(ofLarge).toEqual([1, 2, 3].flatMap(() => ['large read', 'large mapped']));
    expect(order.indexOf('small mapped')).toBeLessThan(order.lastIndexOf('large read'));
  });

  it('updates columns of one row, about its topic or another', async () => {
    const { id } = await events.insert(anEventRow());
    const update = (key: number, topic?: string): Promise<boolean> =>
      events.update(key, { resolvedBy: 'user' }, topic === undefined ? {} : { topic });
    expect(await topicsOf(() => update(id))).toEqual(['events']);
    expect(await topicsOf(() => update(id, 'another'))).toEqual(['another']);
    expect(await events.get(id)).toEqual({ id, ...anEventRow({ resolvedBy: 'user' }) });
    expect(await update(id)).toBe(true);
    expect(await update(id + 1)).toBe(false);
  });

  it('puts a row in the place of the one with the same key', async () => {
    const row = { key: 'theme', value: 'dark', updatedAt: '2026-01-01T00:00:00.000Z' };
    const next = { ...row, value: 'light', updatedAt: '2027-01-01T00:00:00.000Z' };
    expect(await topicsOf(() => preferences.upsert(row))).toEqual(['preferences']);
    await preferences.upsert(next);
    expect(await store.run("SELECT * FROM preferences WHERE key = 'theme'")).toEqual([
      { key: 'theme', value: 'light', updated_at: next.updatedAt },
    ]);
  });

  it('deletes a row, and says whether it was there', async () => {
    await preferences.upsert({ key: 'to go', value: 'x', updatedAt: '2026' });
    expect(await topicsOf(() => preferences.delete('to go'))).toEqual(['preferences']);
    expect(await preferences.get('to go')).toBeNull();
    expect(await preferences.delete('to go')).toBe(false);
  });

  it('deletes many rows inside a unit of work, which undoes it as well', async () => {
    await events.insertMany(Array.from({ length: 450 }, () => anEventRow({ node: 'gone', type: 'metric' })));
    await events.insert(anEventRow({ node: 'gone', type: 'alert' }));
    const wanted = { node: 'gone', type: 'metric' };
    const undone = database.write(async (manager) => {
      expect(await events.deleteMany(manager, wanted)).toBe(450);
      throw new Error('after all not');
    }, 'events');
    await expect(undone).rejects.toThrow('after all not');
    expect(await countOf('gone')).toBe(451);
    expect(await database.write((manager) => events.deleteMany(manager, wanted))).toBe(450);
    expect(await database.write((manager) => events.deleteMany(manager, wanted))).toBe(0);
    expect(await countOf('gone')).toBe(1);
  });

  it('tells whether there is a row', async () => {
    await events.insert(anEventRow({ node: 'there' }));
    expect(await events.has({ node: 'there' })).toBe(true);
    expect(await events.has({ node: 'there', type: 'metric' })).toBe(false);
  });

  it('reads a list by pages and at once, with filters that may turn the order', async () => {
    const days = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05'];
    const rows = await events.insertMany(days.map((timestamp) => anEventRow({ node: 'listed', timestamp })));
    const ids = rows.map(idOf);
    for (const oldestFirst of [false, true]) {
      const filters = { node: 'listed', oldestFirst };
      const expected = oldestFirst ? ids : ids.toReversed();
      const given: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await events.page(BY_TIME, { ...filters, limit: 2, cursor }, idOf);
        given.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(given).toEqual(expected);
      expect(await events.all(BY_TIME, filters, idOf)).toEqual(expected);
      expect(await events.all(BY_TIME, { ...filters, limit: 3 }, idOf)).toEqual(expected.slice(0, 3));
    }
  });

  it('reads a list by key in the same way', async () => {
    const keys = ['b', 'a', 'c'].map((letter) => `list.${letter}`);
    for (const key of keys) await preferences.upsert({ key, value: key, updatedAt: '2026' });
    const all = await preferences.all(BY_KEY, {}, ({ key }) => key);
    expect(all.filter((key) => key.startsWith('list.'))).toEqual(keys.toSorted());
    const first = await preferences.page(BY_KEY, { limit: 2 }, ({ key }) => key);
    const next = await preferences.page(
      BY_KEY,
      { limit: 2, cursor: first.nextCursor ?? '' },
      ({ key }) => key,
    );
    expect([...first.items, ...next.items]).toEqual(all.slice(0, 4));
  });

  it('takes a cursor for the list and the filters only that it was made for', async () => {
    await events.insertMany([1, 2, 3].map(() => anEventRow({ node: 'scoped' })));
    const query = { node: 'scoped', limit: 1 };
    const { nextCursor } = await events.page(BY_TIME, query, itself);
    const cursor = nextCursor ?? '';
    const refused = { code: 'validation_failed', errors: [expect.objectContaining({ field: 'cursor' })] };
    expect((await events.page(BY_TIME, { ...query, limit: 3, cursor }, itself)).items).toHaveLength(2);
    expect((await events.page({ ...BY_TIME }, { ...query, cursor }, itself)).items).toHaveLength(1);
    const others: [List<EventEntity, Filters>, Filters & { limit: number }][] = [
      [BY_TIME, { limit: 1 }],
      [BY_TIME, { ...query, node: 'another' }],
      [BY_TIME, { ...query, oldestFirst: true }],
      [{ ...BY_TIME, name: 'another' }, query],
    ];
    for (const [list, other] of others) {
      await expect(events.page(list, { ...other, cursor }, itself)).rejects.toMatchObject(refused);
    }
  });

  it('reads of a list what it names: columns, sizes and expressions', async () => {
    await snapshots.insert({ timestamp: '2026-01-01', snapshot: '"ä"', ...UNPACKED });
    const list: List<SnapshotEntity, object, Record<string, unknown>> = {
      name: 'sizes',
      sortBy: 'timestamp',
      order: 'DESC',
      columns: ['id', 'timestamp'],
      sizes: { bytes: 'snapshot' },
      expressions: { two: '1 + 1' },
    };
    expect(await snapshots.all(list, { limit: 1 }, itself)).toEqual([
      { id: expect.any(Number), timestamp: '2026-01-01', bytes: 4, two: 2 },
    ]);
  });

  it('asks how large the rows of a page are, where they may be large, and reads large pages one at a time', async () => {
    const list: List<SnapshotEntity> = {
      name: 'large',
      sortBy: 'timestamp',
      order: 'DESC',
      large: 'snapshot',
    };
    await snapshots.insert({ timestamp: '2026-02-02', snapshot: 'x'.repeat(MB), ...UNPACKED });
    const order: string[] = [];
    const { logger } = database.reader;
    const query = jest.spyOn(logger, 'logQuery').mockImplementation((text) => {
      // Jobs in the background read other tables meanwhile.
      if (text.includes('"cluster_snapshots"')) order.push(text.includes('AS "snapshot"') ? 'rows' : 'sizes');
    });
    const map = async ({ id }: SnapshotEntity): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push('mapped');
      return id;
    };
    const pages = await Promise.all([1, 2].map(() => snapshots.page(list, { limit: 1 }, map)));
    query.mockRestore();
    expect(order).toEqual(['sizes', 'sizes', 'rows', 'mapped', 'rows', 'mapped']);
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]?.nextCursor).not.toBeNull();
  });

  it('counts what has to be read for a row towards the size of its page', async () => {
    await events.insertMany([1, 2, 3].map(() => anEventRow({ node: 'costly' })));
    const list = { ...BY_TIME, readBytes: `${3 * MB}` };
    const { items, nextCursor } = await events.page(list, { node: 'costly', limit: 3 }, itself);
    expect(items).toHaveLength(1);
    expect(nextCursor).not.toBeNull();
  });
});

describe('Changes', () => {
  let service: TestService;
  let changes: Changes;
  let heard: Change[];
  beforeAll(async () => {
    service = await startService();
    changes = service.app.get(Changes);
    changes.subscribe((some) => heard.push(...some));
  });
  beforeEach(() => {
    heard = [];
  });
  afterAll(() => service.destroy());

  it('tell what the services write, with the position that each transaction has', async () => {
    const events = service.app.get(EventsService, { strict: false });
    const preferences = service.app.get(PreferencesService, { strict: false });
    const { id } = await events.saveEvent(anEvent());
    const [one, two] = await events.saveEvents({ events: [anEvent(), anEvent()] });
    await events.resolveEvent(id);
    await events.resolveEvent(id);
    await events.resolveEvent(999);
    await preferences.setPreference('a', 'x');
    await preferences.deletePreference('a');
    await preferences.deletePreference('a');
    expect(heard.map(({ topic, kind, ids }) => [topic, kind, ...ids])).toEqual([
      ['events', 'insert', id],
      ['events', 'insert', one!.id, two!.id],
      ['events', 'update', id],
      ['preferences', 'upsert', 'a'],
      ['preferences', 'delete', 'a'],
    ]);
    const ofEvents = heard.filter(({ topic }) => topic === 'events');
    const first = ofEvents[0]!.position;
    expect(ofEvents.map(({ position }) => position - first)).toEqual([0, 1, 2]);
  });

  it('name the topic alone where a unit of work does not say which rows it writes', async () => {
    const conversations = service.app.get(ConversationsService, { strict: false });
    await conversations.saveMessage(aMessage());
    heard = [];
    await service.app.get(Database).write(() => Promise.resolve(), 'conversations');
    expect(heard).toMatchObject([{ topic: 'conversations', kind: 'unknown', ids: [], isComplete: false }]);
    heard = [];
    await conversations.deleteSession('chat-1');
    expect(heard).toMatchObject([{ kind: 'delete', ids: ['chat-1'], isComplete: true }]);
  });

  it('are not heard before others can read them', async () => {
    const events = service.app.get(EventsService, { strict: false });
    const seen: Promise<object[]>[] = [];
    const end = changes.subscribe(([change]) => {
      seen.push(service.store.run('SELECT count(*) AS "count" FROM events WHERE id = ?', change?.ids[0]));
    });
    await events.saveEvent(anEvent());
    end();
    expect(await Promise.all(seen)).toEqual([[{ count: 1 }]]);
  });

  const BY_HAND =
    "INSERT INTO preferences VALUES ('by hand', 'x', '') ON CONFLICT (key) DO UPDATE SET value = 'y'";

  itOnSqlite.each(['a version is asked for', 'the service writes'])(
    'of another program are noticed when %s',
    async (when) => {
      await service.store.run(BY_HAND);
      expect(heard).toEqual([]);
      const isAsked = when === 'a version is asked for';
      // It is asked for once a turn of the event loop.
      await nextTurn();
      if (isAsked) {
        changes.versionOf('preferences');
        await service.app.get(Database).tryWriting();
      } else await service.app.get(PreferencesService, { strict: false }).setPreference('a', 'x');
      expect(heard[0]).toMatchObject({ topic: ANY_TOPIC, kind: 'unknown', isComplete: false });
      expect(heard.slice(1).map(({ topic }) => topic)).toEqual(isAsked ? [] : ['preferences']);
    },
  );

  itOnPostgres('of another program have a position, and are heard soon', async () => {
    const before = changes.versionOf('preferences');
    await service.store.run(BY_HAND);
    await changes.refresh();
    expect(changes.versionOf('preferences')).not.toBe(before);
    while (heard.length === 0) await sleep(10);
    await service.app.get(PreferencesService, { strict: false }).setPreference('a', 'x');
    const [one, next] = heard;
    expect(one).toMatchObject({ topic: ANY_TOPIC, kind: 'unknown', isComplete: false });
    expect(next).toMatchObject({ topic: 'preferences', position: one!.position + 1 });
    expect(heard).toHaveLength(2);
  });
});

describe('A table of a database that cannot be used', () => {
  it('refuses every call with the reason', async () => {
    const folder = await temporaryFolder();
    const { target } = await makeUnusable(folder);
    const database = await Database.open({ ...target, logger: false });
    const events = Table.of(database, { entity: EventEntity, topic: 'events', large: 'details' });
    const calls = [
      () => events.insert(anEventRow()),
      () => events.insertMany([anEventRow()]),
      () => events.upsert({ id: 1, ...anEventRow() }),
      () => events.update(1, { resolved: true }),
      () => events.delete(1),
      () => events.get(1),
      () => events.has({ id: 1 }),
      () => events.page(BY_TIME, { limit: 1 }, itself),
      () => events.all(BY_TIME, {}, itself),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'database_unavailable' });
    await database.onApplicationShutdown();
    await rm(folder, { recursive: true });
  });
});

describe('The cursors of earlier versions', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  it('fit the same lists', async () => {
    const serviceOf = <T>(token: new (...parameters: never[]) => T): T =>
      service.app.get(token, { strict: false });
    const [events, conversations] = [serviceOf(EventsService), serviceOf(ConversationsService)];
    const [snapshots, preferences] = [serviceOf(SnapshotsService), serviceOf(PreferencesService)];
    const since = '2026-01-01T00:00:00.000Z';
    for (let count = 0; count < 2; count++) {
      await events.saveEvent(anEvent({ node: 'pve2' }));
      await conversations.saveMessage(aMessage({ sessionId: `chat-${count}` }));
      await conversations.saveMessage(aMessage({ sessionId: 'chat-1' }));
      await snapshots.saveSnapshot(aSnapshot());
    }
    const scopes: [Promise<{ nextCursor: string | null }>, scope: string][] = [
      [events.findEvents({ limit: 1 }), 'events?[]'],
      [
        events.findEvents({ limit: 1, type: ['alert'], node: ['pve2'], since }),
        `events?[["node",["pve2"]],["since","${since}"],["type",["alert"]]]`,
      ],
      [events.findUnresolved({ limit: 1 }), 'events?[["resolved",false]]'],
      [conversations.findSessions({ limit: 1, since }), `sessions?[["since","${since}"]]`],
      [
        conversations.findMessages('chat-1', { limit: 1, order: 'desc' }),
        'messages?[["order","desc"],["sessionId","chat-1"]]',
      ],
      [snapshots.findSnapshots({ limit: 1, view: 'meta' }), 'snapshots?[]'],
      [snapshots.findSnapshots({ limit: 1, view: 'full', since }), `snapshots?[["since","${since}"]]`],
    ];
    for (const [page, scope] of scopes) {
      expect(decodeCursor((await page).nextCursor ?? '', scope)).toMatchObject({ id: expect.any(Number) });
    }
    const cursor = encodeCursor({ sortKey: 'a', id: 0 }, 'preferences?[]');
    await preferences.setPreference('b', 'x');
    expect((await preferences.findPreferences({ cursor })).items).toHaveLength(1);
  });
});
