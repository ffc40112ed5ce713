import { chmodSync, cpSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { Response } from 'supertest';
import { DataSource } from 'typeorm';
import { migrationOptions } from '../ormconfig.js';
import { migrations } from '../migrations/sqlite/index.js';
import { ConversationsService } from '../src/conversations/index.js';
import { Database } from '../src/database/index.js';
import { EventsService } from '../src/events/index.js';
import { PreferencesService } from '../src/preferences/index.js';
import { SnapshotsService } from '../src/snapshots/index.js';
import { aMessage, anEvent, aSnapshot } from './factories/index.js';
import {
  contentOf,
  isUnreadable,
  makeFirstBackendFile,
  TIMESTAMP_COLUMNS,
  timeOfRow,
  type Content,
  type FirstBackendOptions,
  type Row,
} from './support/first-backend.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UNKNOWN = '1970-01-01T00:00:00.000Z';
const OURS = Object.keys(TIMESTAMP_COLUMNS);
const ADDED = [
  'api_keys',
  'conversation_sessions',
  'conversation_usage',
  'conversation_usage_changes',
  'event_counts',
  'event_counts_changes',
  'feed_changes',
  'feed_head',
  'feed_topics',
  'forgotten_ranges',
  'forgotten_event_counts',
  'leases',
  'login_attempts',
  'memory_migrations',
  'preference_history',
  'retention_settings',
  'revoked_tokens',
  'search_events',
  'search_events_config',
  'search_events_data',
  'search_events_docsize',
  'search_events_idx',
  'search_messages',
  'search_messages_config',
  'search_messages_data',
  'search_messages_docsize',
  'search_messages_idx',
  'search_marks',
  'search_stale',
  'search_terms',
  'secrets',
  'snapshot_blocks',
  'snapshot_changes',
  'snapshots_to_compare',
  'sqlite_sequence',
  'storage_samples',
];

const folders: string[] = [];
async function folderWith(options?: FirstBackendOptions): Promise<{ folder: string; before: Content }> {
  const folder = await temporaryFolder();
  folders.push(folder);
  const before = options ? makeFirstBackendFile(join(folder, 'jarvis.db'), options) : NOTHING;
  return { folder, before };
}
const NOTHING: Content = { schema: [], tables: {} };

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const copiesIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.bak') || name.endsWith('.part'));

/** Runs a test against a service on the folder, and stops it whatever happens. */
async function served(folder: string, use: (service: TestService) => Promise<void>): Promise<void> {
  const service = await startService({ folder });
  try {
    await use(service);
  } finally {
    await service.stop();
  }
}

function integrityOf(file: string): unknown {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return handle.pragma('integrity_check', { simple: true });
  } finally {
    handle.close();
  }
}

/** What the n-th row of a sorted table means: its own moment, or that of the nearest row that says one. */
function expectedMoment(index: number): string {
  let readable = index;
  while (readable >= 0 && isUnreadable(readable)) readable--;
  if (readable < 0) for (readable = index; isUnreadable(readable);) readable++;
  return timeOfRow(readable).toISOString();
}

/** What the rows of the first backend have to be after the adoption. */
function adopted(table: string, rows: readonly Row[], later: Row): Row[] {
  return rows.map((row, index) => {
    if (table === 'preferences') {
      const number = Number(/\d+/.exec(String(row['key']))?.[0]);
      return { ...row, updated_at: isUnreadable(number) ? UNKNOWN : timeOfRow(number).toISOString() };
    }
    const moved = { ...later, ...row, timestamp: expectedMoment(index) };
    if (table !== 'events') return moved;
    const resolvedAt = isUnreadable(index + 1) ? null : timeOfRow(index + 1).toISOString();
    return {
      ...moved,
      severity: row['severity'] ?? 'info',
      resolved: row['resolved'] ?? 0,
      resolved_at: row['resolved_at'] === null ? null : resolvedAt,
    };
  });
}

function momentsOf(content: Content): string[] {
  return Object.entries(TIMESTAMP_COLUMNS).flatMap(([table, columns]) =>
    content.tables[table]!.flatMap((row) =>
      columns.map((column) => row[column]).filter((value) => value !== null),
    ),
  ) as string[];
}

const LATER_COLUMNS = { input_tokens: null, output_tokens: null, cost_usd: null };

/** Compares every value of every row with what it was. */
function expectNothingLost(before: Content, after: Content): void {
  for (const [table, rows] of Object.entries(before.tables)) {
    if (OURS.includes(table)) {
      const later = table === 'conversations' ? LATER_COLUMNS : {};
      expect({ table, rows: after.tables[table] }).toEqual({ table, rows: adopted(table, rows, later) });
    } else if (table === 'sqlite_sequence') {
      expect(after.tables[table]).toEqual(expect.arrayContaining([...rows]));
    } else {
      expect({ table, rows: after.tables[table] }).toEqual({ table, rows });
    }
  }
}

/** The definitions that are not ours stay to the letter; ours grow by columns and indexes only. */
function expectSchemaKept(before: Content, after: Content): void {
  for (const row of before.schema) {
    const now = after.schema.find(({ type, name }) => type === row.type && name === row.name);
    if (!OURS.includes(row.name)) expect(now).toEqual(row);
    else expect(now?.sql).toContain(row.sql?.slice(0, -1).trimEnd());
  }
  const added = after.schema.filter(
    ({ type, name }) => !before.schema.some((row) => row.type === type && row.name === name),
  );
  for (const { type, name, tbl_name } of added) {
    expect(['table', 'index', 'trigger']).toContain(type);
    if (type === 'table') expect([...ADDED, ...OURS]).toContain(name);
    else expect([...ADDED, ...OURS]).toContain(tbl_name);
  }
}

interface Summary {
  first_message_at: string;
  last_message_at: string;
  message_count: number;
  tokens_used: number;
}

function recount(messages: readonly Row[]): Map<unknown, Summary> {
  const sessions = new Map<unknown, Summary>();
  for (const row of messages) {
    const at = String(row['timestamp']);
    const parts = Number(row['input_tokens'] ?? 0) + Number(row['output_tokens'] ?? 0);
    const tokens = row['tokens_used'] === null ? parts : Number(row['tokens_used']);
    const known = sessions.get(row['session_id']);
    sessions.set(row['session_id'], {
      first_message_at: known && known.first_message_at < at ? known.first_message_at : at,
      last_message_at: known && known.last_message_at > at ? known.last_message_at : at,
      message_count: (known?.message_count ?? 0) + 1,
      tokens_used: (known?.tokens_used ?? 0) + tokens,
    });
  }
  return sessions;
}

function expectSessionsCounted(after: Content): void {
  const truth = recount(after.tables['conversations'] ?? []);
  const expected: Row[] = [...truth].map(([session_id, summary]) => ({ session_id, ...summary }));
  const kept: Row[] = (after.tables['conversation_sessions'] ?? []).map((row) => ({ ...row, id: undefined }));
  expect(kept.sort(bySession)).toEqual(expected.sort(bySession));
}

function bySession(a: Row, b: Row): number {
  return String(a['session_id']) < String(b['session_id']) ? -1 : 1;
}

/** Reads a whole list over HTTP, page by page. */
async function readList(service: TestService, path: string, name: string): Promise<Row[]> {
  const items: Row[] = [];
  const begin = `${path}${path.includes('?') ? '&' : '?'}limit=200`;
  for (let next: string | undefined = begin; next;) {
    const answer: Response = await service.call('get', next).expect(200);
    items.push(...(answer.body[name] as Row[]));
    const cursor: string | null = answer.body.nextCursor;
    next = cursor === null ? undefined : `${begin}&cursor=${cursor}`;
  }
  return items;
}

async function expectServedOverHttp(service: TestService, content: Content): Promise<void> {
  const events = await readList(service, '/memory/events', 'events');
  const sorted = [...content.tables['events']!].sort(newestFirst);
  expect(events.map(({ id }) => id)).toEqual(sorted.map(({ id }) => id));
  expect(events.map(({ summary }) => summary)).toEqual(sorted.map(({ summary }) => summary));
  const messages = content.tables['conversations']!.filter(({ session_id }) => session_id === 'chat 7');
  const served = await readList(service, '/memory/conversations/chat%207', 'messages');
  expect(served.map(({ id }) => id)).toEqual(
    [...messages]
      .sort(newestFirst)
      .reverse()
      .map(({ id }) => id),
  );
  const sessions = await readList(service, '/memory/conversations', 'sessions');
  expect(sessions).toHaveLength(content.tables['conversation_sessions']!.length);
  const { body } = await service.call('get', '/memory/preferences').expect(200);
  expect(body.preferences).toHaveLength(content.tables['preferences']!.length);
}

function newestFirst(a: Row, b: Row): number {
  const moments = String(b['timestamp']).localeCompare(String(a['timestamp']));
  return moments === 0 ? Number(b['id']) - Number(a['id']) : moments;
}

async function expectWritable(service: TestService, highestId: number): Promise<void> {
  const { body } = await service.call('post', '/memory/events').send(anEvent()).expect(201);
  expect(body.event.id).toBeGreaterThan(highestId);
  await service.call('post', `/memory/events/${body.event.id}/resolve`).send({}).expect(200);
  await service.call('get', `/memory/events/${body.event.id}`).expect(200);
  const { message } = (
    await service
      .call('post', '/memory/conversations')
      .send(aMessage({ sessionId: 'chat 7', costUsd: 0.25, inputTokens: 4, timestamp: '2030-01-01' }))
      .expect(201)
  ).body;
  const messages = await service.app.get(ConversationsService).getSessionMessages('chat 7');
  expect(messages.at(-1)).toEqual({ ...message, costUsd: 0.25, inputTokens: 4 });
  const [newest] = await service.app.get(ConversationsService).getRecentSessions(1);
  expect(newest).toMatchObject({ sessionId: 'chat 7', messageCount: messages.length });
  await service.call('put', '/memory/preferences/key.3%2F%C3%BC').send({ value: 'new' }).expect(200);
  expect(await service.app.get(PreferencesService).getPreference('key.3/ü')).toMatchObject({ value: 'new' });
  const saved = await service.app.get(SnapshotsService).saveSnapshot(aSnapshot());
  expect(await service.app.get(SnapshotsService).getLatestSnapshot()).toEqual(saved);
  expect(await service.app.get(EventsService).getEvent(2)).toMatchObject({ summary: 'event 1 🚨' });
}

const VARIANTS: [string, FirstBackendOptions][] = [
  ['as it was at first', { rows: 400 }],
  ['with the columns that it gained later', { rows: 400, isLater: true }],
  ['with other tables beside its own and thousands of rows', { rows: 2000, isLater: true, hasOthers: true }],
  ['in WAL', { rows: 400, isLater: true, hasOthers: true, journal: 'wal' }],
  ['in WAL, after a power cut', { rows: 400, journal: 'wal', cutOff: true }],
  ['after a power cut in the middle of a transaction', { rows: 400, hasOthers: true, cutOff: true }],
];

/** Each start tells in the feed that anything may have changed before, and in the background the text index grows and snapshots are packed. */
function withoutBackground({ schema, tables }: Content): Content {
  const isOfBackground = (name: unknown): boolean =>
    /^(?:feed|search|snapshots?|storage)_/.test(String(name));
  const others = Object.entries(tables).filter(([name]) => !isOfBackground(name));
  const ids = tables['sqlite_sequence']?.filter(({ name }) => !isOfBackground(name)) ?? [];
  return { schema, tables: { ...Object.fromEntries(others), sqlite_sequence: ids } };
}

describe('Starting on a file of the first Jarvis backend', () => {
  it.each(VARIANTS)('adopts a file %s: every row kept, in canonical form', async (_, options) => {
    const { folder, before } = await folderWith(options);
    const file = join(folder, 'jarvis.db');
    let adoptedContent = NOTHING;
    await served(folder, async (service) => {
      await service.callAnonymously('get', '/health').expect(200);
      const after = contentOf(file);
      expectNothingLost(before, after);
      expectSchemaKept(before, after);
      expectSessionsCounted(after);
      expect(momentsOf(after).filter((moment) => !ONE_FORM.test(moment))).toEqual([]);
      await expectServedOverHttp(service, after);
      adoptedContent = after;
    });
    expect(integrityOf(file)).toBe('ok');

    const [copy, ...others] = copiesIn(folder);
    expect(others).toEqual([]);
    expect(copy).toMatch(/^jarvis\.db\..*\.bak$/);
    const original = contentOf(join(folder, copy!));
    expect(original).toEqual(before);
    expect(integrityOf(join(folder, copy!))).toBe('ok');

    await served(folder, async (service) => {
      expect(withoutBackground(contentOf(file))).toEqual(withoutBackground(adoptedContent));
      expect(copiesIn(folder)).toEqual([copy]);
      await expectWritable(service, Number(before.tables['events']!.at(-1)!['id']) + 1);
    });
    expect(integrityOf(file)).toBe('ok');
  });

  it('adopts and copies what an old program, which still has the file open, has only in its log', async () => {
    const { folder } = await folderWith({ rows: 60, journal: 'wal' });
    const file = join(folder, 'jarvis.db');
    const old = new Sqlite(file);
    old.pragma('wal_autocheckpoint = 0');
    old.exec(
      `INSERT INTO events (timestamp, type, source, summary) VALUES ('2025-03-01 00:00:00', 'alert', 'user', 'last')`,
    );
    const before = contentOf(old);
    await served(folder, async (service) => {
      await service.callAnonymously('get', '/health').expect(200);
      const after = contentOf(file).tables['events']!;
      expect(after).toHaveLength(before.tables['events']!.length);
      expect(after.at(-1)).toMatchObject({ summary: 'last', timestamp: '2025-03-01T00:00:00.000Z' });
      expect(old.prepare('SELECT count(*) FROM events').pluck().get()).toBe(after.length);
    });
    old.close();
    const [copy] = copiesIn(folder);
    expect(contentOf(join(folder, copy!))).toEqual(before);
  });

  it.each([false, true])(
    'keeps every row of a file in WAL where the process dies just after the migration; rows in the log: %s',
    async (cutOff) => {
      const { folder, before } = await folderWith({ rows: 60, journal: 'wal', cutOff });
      const killed = await temporaryFolder();
      folders.push(killed);
      const copyOnce = (message: unknown): void => {
        if (String(message).startsWith('Migrated') && readdirSync(killed).length === 0)
          cpSync(folder, killed, { recursive: true });
      };
      const logger = { log: copyOnce, warn: copyOnce, error: copyOnce };
      const migrated = await Database.open({ file: join(folder, 'jarvis.db'), logger });
      await migrated.onApplicationShutdown();
      expect(readdirSync(killed)).toContain('jarvis.db-wal');
      await served(killed, async (service) => {
        await service.callAnonymously('get', '/health').expect(200);
        expectNothingLost(before, contentOf(join(killed, 'jarvis.db')));
      });
      expect(readdirSync(killed).filter((name) => name.includes('.corrupt-'))).toEqual([]);
    },
  );

  it('leaves a trigger of the owner alone: it neither fires while the rows are adopted nor goes away', async () => {
    const { folder } = await folderWith({ rows: 50 });
    const file = join(folder, 'jarvis.db');
    const handle = new Sqlite(file);
    handle.exec(`CREATE TABLE changes (what text);
      CREATE TRIGGER note_change AFTER UPDATE ON events BEGIN INSERT INTO changes VALUES ('event'); END;
      CREATE TRIGGER note_preference AFTER UPDATE ON preferences BEGIN INSERT INTO changes VALUES ('preference'); END;`);
    handle.close();
    await served(folder, async (service) => {
      expect(contentOf(file).tables['changes']).toEqual([]);
      await service.call('post', '/memory/events/1/resolve').send({}).expect(200);
      expect(contentOf(file).tables['changes']).toEqual([{ what: 'event' }]);
    });
  });

  it('adopts twelve thousand rows of which none says its moment, without a long wait', async () => {
    const { folder } = await folderWith({ rows: 1 });
    const file = join(folder, 'jarvis.db');
    const handle = new Sqlite(file);
    handle.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO conversations (session_id, timestamp, role, content)
      SELECT 'long', '(datetime(''now''))', 'user', 'message ' || i FROM n`);
    handle.close();
    const begin = performance.now();
    await served(folder, async (service) => {
      // Under a second on an idle machine; a search through all rows for each of them would take many times as long.
      expect(performance.now() - begin).toBeLessThan(60_000);
      const [session] = await service.app.get(ConversationsService).getRecentSessions(1);
      expect(session).toMatchObject({ sessionId: 'long', messageCount: 12_000 });
    });
  });

  it('reads no moment into a text that says none, though SQLite would', async () => {
    const { folder } = await folderWith({ rows: 1 });
    const file = join(folder, 'jarvis.db');
    const handle = new Sqlite(file);
    const insert = handle.prepare(`INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES (?, '{}')`);
    for (const text of ['2025-06-01 12:00:00', 'now', '12:34', '2460000.5', '2024']) insert.run(text);
    handle.close();
    await served(folder, async (service) => {
      const rows = await service.app.get(SnapshotsService).getSnapshotsSince('1970-01-01');
      const moments = rows.filter(({ id }) => id > 1).map(({ timestamp }) => timestamp);
      expect(moments).toEqual(Array.from({ length: 5 }, () => '2025-06-01T12:00:00.000Z'));
    });
  });

  it('adopts a file with a table of an extension that is not at hand, and leaves it as it is', async () => {
    const { folder } = await folderWith({ rows: 30 });
    const file = join(folder, 'jarvis.db');
    const handle = new Sqlite(file);
    // As sqlite-vec and its like leave it in the schema, before all other tables; only they could make it properly.
    handle.unsafeMode(true);
    handle.exec(`PRAGMA writable_schema = ON;
      INSERT INTO sqlite_schema (rowid, type, name, tbl_name, rootpage, sql)
      VALUES (-1, 'table', 'a_vectors', 'a_vectors', 0, 'CREATE VIRTUAL TABLE a_vectors USING vec0(embedding float[3])')`);
    const schemaOf = (connection: SqliteHandle): unknown =>
      connection.prepare(`SELECT * FROM sqlite_schema WHERE name = 'a_vectors'`).all();
    const before = schemaOf(handle);
    handle.close();
    await served(folder, async (service) => {
      await service.callAnonymously('get', '/health').expect(200);
      expect(await service.app.get(EventsService).getEventsSince('2000-01-01')).toHaveLength(29);
    });
    const after = new Sqlite(file);
    expect(schemaOf(after)).toEqual(before);
    after.close();
    expect(copiesIn(folder)).toHaveLength(1);
  });

  it('keeps the copy as private as the file', async () => {
    const { folder } = await folderWith({ rows: 10 });
    chmodSync(join(folder, 'jarvis.db'), 0o600);
    await served(folder, () => Promise.resolve());
    const [copy] = copiesIn(folder);
    expect(statSync(join(folder, copy!)).mode & 0o777).toBe(0o600);
  });
});

describe('Starting on a file of this project', () => {
  it('makes a file, and the folders above it, where there is none', async () => {
    const { folder } = await folderWith();
    const file = join(folder, 'not', 'there yet', 'jarvis.db');
    const service = await startService({ folder, environment: { DB_PATH: file } });
    await service.callAnonymously('get', '/health').expect(200);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    await service.stop();
    expect(contentOf(file).tables['events']).toHaveLength(1);
    expect(copiesIn(join(folder, 'not', 'there yet'))).toEqual([]);
  });

  it('takes an empty file for a new one', async () => {
    const { folder } = await folderWith();
    const file = join(folder, 'jarvis.db');
    writeFileSync(file, '');
    await served(folder, async (service) => {
      await service.callAnonymously('get', '/health').expect(200);
      await service.call('post', '/memory/events').send(anEvent()).expect(201);
    });
    expect(existsSync(file)).toBe(true);
    expect(copiesIn(folder)).toEqual([]);
  });

  const versions = migrations.slice(1).map((_, index) => index + 1);
  it.each(versions)(
    'goes on from a file at version %i, with all its rows, and keeps a copy',
    async (version) => {
      const { folder } = await folderWith();
      const file = join(folder, 'jarvis.db');
      await migrateUpTo(file, version);
      const handle = new Sqlite(file);
      handle.exec(`
      INSERT INTO events (timestamp, type, source, summary) VALUES ('2026-01-01T00:00:00.000Z', 'alert', 'user', 'a');
      INSERT INTO conversations (session_id, timestamp, role, content, tokens_used)
        VALUES ('s', '2026-01-01T00:00:00.000Z', 'user', 'a', 5), ('s', '2026-01-02T00:00:00.000Z', 'user', 'b', 6);
      INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES ('2026-01-01T00:00:00.000Z', '{"a":1}');
      INSERT INTO preferences VALUES ('k', 'v', '2026-01-01T00:00:00.000Z');`);
      const before = contentOf(handle);
      handle.close();
      await served(folder, async (service) => {
        await service.callAnonymously('get', '/health').expect(200);
        const after = contentOf(file);
        for (const table of OURS) expect(after.tables[table]).toEqual(before.tables[table]);
        expect(after.tables['memory_migrations']).toHaveLength(migrations.length);
        expectSessionsCounted(after);
      });
      const [copy, ...others] = copiesIn(folder);
      expect(others).toEqual([]);
      expect(contentOf(join(folder, copy!))).toEqual(before);
    },
  );

  it('changes nothing and copies nothing where the file is at the newest version', async () => {
    const { folder } = await folderWith();
    await served(folder, async (service) => {
      await service.call('post', '/memory/events').send(anEvent()).expect(201);
    });
    const before = withoutBackground(contentOf(join(folder, 'jarvis.db')));
    await served(folder, async (service) => {
      await service.callAnonymously('get', '/health').expect(200);
    });
    expect(withoutBackground(contentOf(join(folder, 'jarvis.db')))).toEqual(before);
    expect(copiesIn(folder)).toEqual([]);
  });
});

async function migrateUpTo(file: string, version: number): Promise<void> {
  const options = { ...migrationOptions(file), migrations: migrations.slice(0, version) };
  const dataSource = await new DataSource(options).initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
}
