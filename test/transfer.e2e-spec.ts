import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { parseStored } from '../src/json/index.js';
import { TransferService } from '../src/operations/transfer/transfer.service.js';
import { exportRows, importRows, ImportSource, type ImportResult } from '../src/operations/transfer/index.js';
import { BAD_EVENTS, BAD_MESSAGES, BAD_PREFERENCES, BAD_SNAPSHOTS } from './factories/bad-input.js';
import { aLine, anExport } from './factories/exports.js';
import { rawRequest } from './factories/http.js';
import { aMessage, anEvent, aSnapshot, AWKWARD_JSON } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { KEPT_TEXTS } from './factories/texts.js';
import { CONTENT_TABLES, KINDS, type DatabaseTarget } from '../src/database/index.js';
import { makeFirstBackendFile } from './support/first-backend.js';
import {
  isOnPostgres,
  itOnPostgres,
  itOnSqlite,
  sqliteStore,
  storeOf,
  type Store,
} from './support/engine.js';
import { startService, type TestService } from './support/service.js';

interface Line {
  readonly kind?: string;
  readonly id?: number;
  readonly [field: string]: unknown;
}

let folder: string;
/** Whether a test asked for a database of its own, which then has to be removed. */
let existsStore = false;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jarvis-transfer-test-'));
});
afterEach(async () => {
  if (existsStore) await (await storeOf(fresh())).remove();
  existsStore = false;
  await rm(folder, { recursive: true, force: true });
});

async function exported(service: TestService, query = ''): Promise<string> {
  const { text, headers } = await service.call('get', `/memory/export${query}`).expect(200);
  expect(headers['content-type']).toBe('application/x-ndjson');
  return text;
}

function linesOf(text: string): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function omit(line: Line, name: string): Line {
  return Object.fromEntries(Object.entries(line).filter(([key]) => key !== name));
}

/** The API answers with JSON also where it is stored over several lines, which an export has as a text. */
function asAnswered(row: Line): Line {
  const { details } = row;
  return { ...row, details: typeof details === 'string' ? parseStored(details) : details };
}

function rowsOf(text: string): Line[] {
  return linesOf(text).slice(1, -1);
}

function fresh(name = 'other.db'): string {
  return join(folder, name);
}

async function imported(
  text: string | Buffer,
  { into, dryRun = false }: { into?: DatabaseTarget; dryRun?: boolean } = {},
): Promise<ImportResult> {
  const target = into ?? (await freshStore()).target;
  const file = join(folder, 'import.ndjson');
  writeFileSync(file, text);
  const source = await ImportSource.open(file);
  try {
    return await importRows(target, source, { dryRun, logger: false, onProgress: () => undefined });
  } finally {
    await source.close();
  }
}

async function mistakesIn(text: string | Buffer): Promise<string[]> {
  const { check, added } = await imported(text);
  if (check.wrong > 0) expect(added).toBeUndefined();
  return check.findings.map(({ line, message }) => `${line}: ${message}`);
}

async function freshStore(): Promise<Store> {
  existsStore = isOnPostgres;
  return storeOf(fresh());
}

async function count(table: string): Promise<number> {
  const [found] = await (
    await freshStore()
  ).run<{ count: number }>(`SELECT count(*) AS "count" FROM ${table}`);
  return Number(found?.count);
}

const NONE = { event: 0, message: 0, snapshot: 0, preference_change: 0, preference: 0 };

const KEPT = Object.values(CONTENT_TABLES);

const eventIds = async (): Promise<number[]> =>
  (await (await freshStore()).run<{ id: number }>('SELECT id FROM events ORDER BY id')).map(({ id }) => id);

/** The last ids that were given out, by table. */
async function givenIds(store: Store): Promise<Record<string, number>> {
  const given: Record<string, number> = {};
  for (const { name, hasGeneratedIds } of KEPT) {
    if (!hasGeneratedIds) continue;
    const statement = store.target.postgres
      ? `SELECT last_value AS "last" FROM ${name}_id_seq WHERE is_called`
      : `SELECT seq AS "last" FROM sqlite_sequence WHERE name = '${name}'`;
    for (const { last } of await store.run<{ last: number }>(statement)) given[name] = last;
  }
  return given;
}

/** What export and import are to keep: the kept tables, the list of sessions, and which ids were given out. */
async function memoryIn(store: Store): Promise<object> {
  const rows: object[][] = [];
  for (const { name, key } of KEPT) {
    const found = await store.run<{ resolved?: unknown }>(`SELECT * FROM ${name} ORDER BY "${key}"`);
    // SQLite has numbers for it.
    rows.push(found.map((row) => ('resolved' in row ? { ...row, resolved: Boolean(row.resolved) } : row)));
  }
  const sessions = await store.run('SELECT * FROM conversation_sessions');
  return {
    rows,
    sessions: sessions.map((session) => JSON.stringify({ ...session, id: undefined })).sort(),
    given: await givenIds(store),
  };
}

/** Fills a memory through the API, and with what only a hand or an older program writes. */
async function fill(service: TestService): Promise<void> {
  for (const [, text] of KEPT_TEXTS) {
    await service
      .call('post', '/memory/events')
      .send(anEvent({ summary: text, node: text }))
      .expect(201);
    await service
      .call('post', '/memory/conversations')
      .send(aMessage({ sessionId: text, content: text }))
      .expect(201);
    await service.call('put', `/memory/preferences/${encodeURIComponent(text)}`).send({ value: text });
  }
  await service
    .call('post', '/memory/events')
    .send(anEvent({ details: AWKWARD_JSON, timestamp: '2025-12-31T23:00:00-02:00' }));
  await service.call('post', '/memory/events/1/resolve').send({ resolvedBy: 'jarvis' }).expect(200);
  await service.call('post', '/memory/snapshots').send({ snapshot: aSnapshot() }).expect(201);
  await service.call('post', '/memory/conversations').send(aMessage({ content: 'ü'.repeat(500_000) }));
  await service.call('post', '/memory/conversations').send(aMessage({ sessionId: 'gone' }));
  await service.call('delete', '/memory/conversations/gone').expect(204);
  const details = [
    '{"big":12345678901234567890,"10":1,"2":2,"a":1.50}',
    '{\n  "pretty": true\r\n}',
    ' [1,2] ',
    'just words',
    '42',
    '',
    '{"not":"closed"',
  ];
  const insert = `INSERT INTO events (timestamp, type, source, summary, details) VALUES ('2026-01-01T00:00:00.000Z', 'alert', 'user', 'by hand', ?)`;
  for (const text of details) await service.store.run(insert, text);
  await service.store.run(
    `INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES ('2026-01-01T00:00:00.000Z', 'no JSON')`,
  );
}

describe('What is exported', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    await fill(service);
  });
  afterAll(() => service.destroy());

  it('is described by the first line and the last', async () => {
    const lines = linesOf(await exported(service));
    expect(lines[0]).toEqual({
      format: 'jarvis-memory-export',
      version: 2,
      exportedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      kinds: ['event', 'message', 'snapshot', 'preference_change', 'preference'],
      lastIds: { event: 19, message: 13, snapshot: 2, preference_change: 11 },
    });
    expect(lines.at(-1)).toEqual({
      end: true,
      counts: { event: 19, message: 12, snapshot: 2, preference_change: 11, preference: 11 },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has the fields that the API answers with, and their values', async () => {
    const rows = rowsOf(await exported(service));
    const { body } = await service.call('get', '/memory/events?limit=200').expect(200);
    const inOrder = [...(body.events as Line[])].sort((a, b) => a.id! - b.id!);
    const events = rows.filter(({ kind }) => kind === 'event').map((event) => omit(event, 'kind'));
    expect(events.map(asAnswered)).toEqual(inOrder);
    const { body: latest } = await service.call('get', '/memory/snapshots/1').expect(200);
    expect(rows.find(({ kind }) => kind === 'snapshot')).toEqual({ kind: 'snapshot', ...latest.snapshot });
    const { body: all } = await service.call('get', '/memory/preferences').expect(200);
    expect(rows.filter(({ kind }) => kind === 'preference')).toEqual(
      (all.preferences as object[]).map((preference) => ({ kind: 'preference', ...preference })),
    );
  });

  it('comes back from a fresh file as it was, to the letter, sessions and given ids included', async () => {
    const text = await exported(service);
    const { check, added } = await imported(text);
    expect(check.findings).toEqual([]);
    expect(added).toEqual({ event: 19, message: 12, snapshot: 2, preference_change: 11, preference: 11 });
    expect(await memoryIn(await freshStore())).toEqual(await memoryIn(service.store));
    expect(text).toContain('{"big":12345678901234567890,"10":1,"2":2,"a":1.50}');
  });

  it('is the same when it is compressed on the way', async () => {
    await imported(gzipSync(await exported(service)));
    expect(await memoryIn(await freshStore())).toEqual(await memoryIn(service.store));
  });

  itOnPostgres('is the same in a SQLite file, and comes back from there', async () => {
    const [text, file] = [await exported(service), fresh('file.db')];
    await imported(text, { into: { file } });
    const there = sqliteStore(file);
    expect(await memoryIn(there)).toEqual(await memoryIn(service.store));
    const copy = join(folder, 'copy.ndjson');
    await exportRows(there.target, copy, {
      selection: { kinds: KINDS },
      gzip: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const back = readFileSync(copy, 'utf8');
    expect(back.split('\n').slice(1)).toEqual(text.split('\n').slice(1));
    await imported(back);
    expect(await memoryIn(await freshStore())).toEqual(await memoryIn(service.store));
  });

  it('can be of some kinds only', async () => {
    const lines = linesOf(await exported(service, '?kind=preference&kind=snapshot'));
    expect(lines[0]!['kinds']).toEqual(['snapshot', 'preference']);
    expect(new Set(lines.slice(1, -1).map(({ kind }) => kind))).toEqual(new Set(['snapshot', 'preference']));
    expect(lines.at(-1)!['counts']).toEqual({ snapshot: 2, preference: 11 });
    await imported(await exported(service, '?kind=message'));
    expect([await count('events'), await count('conversations')]).toEqual([0, 12]);
  });

  it('can be of a span of time, with the bounds of the lists', async () => {
    const query = 'since=2026-01-01T02:00:00%2B01:00&until=2026-01-01T01:00:00.001Z';
    const [header, ...rest] = linesOf(await exported(service, `?kind=event&${query}`));
    expect(header).toMatchObject({ since: '2026-01-01T01:00:00.000Z', until: '2026-01-01T01:00:00.001Z' });
    const { body } = await service.call('get', `/memory/events?${query}`).expect(200);
    expect(rest.slice(0, -1).map(({ id }) => id)).toEqual(body.events.map(({ id }: Line) => id));
    expect(body.events).toHaveLength(1);
    const none = rowsOf(
      await exported(service, '?since=2026-01-01T01:00:00.001Z&until=2026-01-01T01:00:00.001Z'),
    );
    expect(none).toEqual([]);
  });

  it.each([
    ['kind=key', ['kind']],
    ['kinds=event', ['kinds']],
    ['since=yesterday', ['since']],
    ['since=2026-02-01&until=2026-01-01', ['until']],
    ['limit=5', ['limit']],
  ])('cannot be asked for with %s', async (query, fields) => {
    const { text } = await service.call('get', `/memory/export?${query}`).expect(400);
    expectProblem(JSON.parse(text), 'validation_failed', fields);
  });

  it('is nothing for who has no token', async () => {
    await service.callAnonymously('get', '/memory/export').expect(401);
  });

  it('is a file to be saved', async () => {
    const { headers } = await service.call('get', '/memory/export').expect(200);
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="jarvis-memory-\d{4}-\d\d-\d\dT[\d-]+Z\.ndjson"$/,
    );
  });

  it('leaves nothing open where the answer has no body', async () => {
    const authorization = `Bearer ${service.token}`;
    const path = '/api/memory/export';
    for (let round = 0; round < 3; round++) {
      const head = await rawRequest(service.url, { path, method: 'HEAD', headers: { authorization } });
      expect(head).toMatchObject({ status: 200, text: '' });
    }
    await vacant(service);
  });
});

/** Resolves once no export is running any more. */
async function vacant(service: TestService): Promise<void> {
  const transfer = service.app.get<{ running: number }>(TransferService, { strict: false });
  while (transfer.running > 0) await sleep(10);
}

describe('An export that is under way', () => {
  const LARGE = 'x'.repeat(900_000);
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    const insert = `INSERT INTO conversations (session_id, timestamp, role, content) VALUES (?, '2026-11-22T20:15:00.123Z', 'user', ?)`;
    for (let index = 0; index < 60; index++) await service.store.run(insert, `chat-${index % 2}`, LARGE);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  });
  afterAll(() => service.destroy());

  /** Begins an export that is not read on: more of it than fits into what lies between waits in the service. */
  function begin(): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${service.token}` };
      get(`${service.url}/api/memory/export`, { headers, agent: false }, (answer) => {
        answer.pause();
        answer.on('error', () => undefined);
        resolve(answer);
      }).on('error', reject);
    });
  }

  async function finish(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  it('holds what was there when it began, whatever is written and deleted meanwhile', async () => {
    const answer = await begin();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    await service.call('delete', '/memory/conversations/chat-1').expect(204);
    await service.call('post', '/memory/events/1/resolve').expect(200);
    const lines = linesOf(await finish(answer));
    expect(lines.at(-1)!['counts']).toEqual({
      ...NONE,
      event: 1,
      message: 60,
    });
    expect(lines[1]).toMatchObject({ kind: 'event', id: 1, resolved: false });
    await vacant(service);
    const after = linesOf(await exported(service));
    expect(after.at(-1)!['counts']).toMatchObject({ event: 2, message: 30 });
  });

  it('has one more beside it at most, and makes room when its reader goes away', async () => {
    const first = await begin();
    const second = await begin();
    const { body, headers } = await service.call('get', '/memory/export').expect(429);
    expectProblem(JSON.parse(String(body.code ? JSON.stringify(body) : body)), 'too_many_requests');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    first.destroy();
    second.destroy();
    await vacant(service);
    expect(rowsOf(await exported(service)).length).toBeGreaterThan(0);
  });

  itOnSqlite('lets the write-ahead log go when its reader has gone', async () => {
    const answer = await begin();
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    const hand = new Sqlite(service.file, { timeout: 0 });
    const checkpoint = (): unknown => hand.pragma('wal_checkpoint(TRUNCATE)');
    expect(checkpoint()).toMatchObject([{ busy: 1 }]);
    answer.destroy();
    await vacant(service);
    expect(checkpoint()).toMatchObject([{ busy: 0 }]);
    hand.close();
  });

  it('ends without its last line when the service is asked to stop', async () => {
    const answer = await begin();
    // It is not read on meanwhile: one that is read in the second of grace comes to its end.
    await service.stop();
    await expect(finish(answer)).rejects.toThrow();
  });
});

describe('What is imported', () => {
  const rows = [
    aLine.event(1),
    aLine.event(3, { resolved: true, resolvedAt: '2026-11-22T21:00:00.000Z', resolvedBy: 'user' }),
    aLine.message(5),
    aLine.snapshot(2),
    aLine.preference('A'),
    aLine.preference('ü'),
  ];

  it('keeps ids, and gives none of them out again', async () => {
    await imported(anExport(rows, { header: { lastIds: { event: 40, snapshot: 1 } } }));
    expect(await eventIds()).toEqual([1, 3]);
    const given = { events: 40, conversations: 5, cluster_snapshots: 2, preference_history: 2 };
    expect(await givenIds(await freshStore())).toEqual(given);
    await imported(anExport([], { header: { lastIds: { event: 7 } } }));
    expect(await givenIds(await freshStore())).toEqual(given);
  });

  it('adds nothing when it is imported again', async () => {
    await imported(anExport(rows));
    const before = await memoryIn(await freshStore());
    const { added, check } = await imported(anExport(rows));
    expect(added).toEqual(NONE);
    expect(check.known).toEqual({ ...NONE, event: 2, message: 1, snapshot: 1, preference: 2 });
    expect(await memoryIn(await freshStore())).toEqual(before);
  });

  it('takes changes of preferences for what they say, whatever their ids are', async () => {
    const changed = (id: number, key: string, value: string | null, day: number): object => ({
      kind: 'preference_change',
      id,
      key,
      value,
      changedAt: `2026-01-0${day}T00:00:00.000Z`,
    });
    const header = { version: 2, kinds: KINDS };
    // It begins the history of both, with ids of this database.
    await imported(anExport([aLine.preference('A'), aLine.preference('B')]));
    const moment = '2026-11-22T20:15:00.123Z';
    const history = [
      changed(1, 'B', 'light', 1),
      changed(2, 'B', null, 2),
      { ...changed(3, 'B', 'dark', 3), changedAt: moment },
      changed(9, 'C', 'x', 4),
    ];
    const full = anExport([...history, aLine.preference('B')], { header });
    const { added, check } = await imported(full);
    expect([check.findings, added]).toEqual([[], { ...NONE, preference_change: 3 }]);
    expect((await imported(full)).added).toEqual(NONE);
    const rows = await (
      await freshStore()
    ).run<{ key: string; value: string | null }>(
      'SELECT key, value FROM preference_history ORDER BY key, changed_at, id',
    );
    expect(rows.map(({ key, value }) => `${key} ${value}`)).toEqual([
      'A dark',
      'B light',
      'B null',
      'B dark',
      'C x',
    ]);
  });

  it('joins what is there already', async () => {
    await imported(anExport(rows));
    const { added } = await imported(anExport([aLine.event(1), aLine.event(2), aLine.preference('B')]));
    expect(added).toEqual({ ...NONE, event: 1, preference: 1 });
    expect(await eventIds()).toEqual([1, 2, 3]);
  });

  it('is refused as a whole where a row is there already with other content', async () => {
    await imported(anExport(rows));
    const before = await memoryIn(await freshStore());
    const changed = [
      aLine.event(1, { summary: 'Another one' }),
      aLine.event(2),
      aLine.event(3),
      aLine.message(5, { costUsd: null }),
      aLine.snapshot(2, { snapshot: { quorate: false } }),
      aLine.preference('A', { value: 'light' }),
    ];
    expect(await mistakesIn(anExport(changed))).toEqual([
      '2: event 1 is in the database already, with other content: summary is "Another one" here and "Event 1" there',
      '4: event 3 is in the database already, with other content: resolved is false here and true there',
      '5: message 5 is in the database already, with other content: costUsd is null here and 0.0068 there',
      '6: snapshot 2 is in the database already, with other content: snapshot is {"quorate":false} here and {"quorate":true} there',
      '7: preference A is in the database already, with other content: value is "light" here and "dark" there',
    ]);
    expect(await memoryIn(await freshStore())).toEqual(before);
  });

  itOnSqlite('is looked at and not imported in a dry run, whether the database is there or not', async () => {
    const { check, added } = await imported(anExport(rows), { dryRun: true });
    expect([check.fresh, added]).toEqual([
      { ...NONE, event: 2, message: 1, snapshot: 1, preference: 2 },
      undefined,
    ]);
    expect(existsSync(fresh())).toBe(false);
    await imported(anExport(rows));
    const before = readFileSync(fresh());
    const names = readdirSync(folder);
    const again = await imported(anExport([...rows.slice(0, 2), aLine.event(9)]), { dryRun: true });
    // The last of it to be closed takes away what SQLite makes to read.
    expect(readdirSync(folder)).toEqual(names);
    expect(again.check).toMatchObject({ wrong: 0, fresh: { event: 1 }, known: { event: 2 } });
    expect(readFileSync(fresh()).equals(before)).toBe(true);
  });

  itOnPostgres('is looked at and not imported in a dry run', async () => {
    await imported(anExport(rows));
    const before = await memoryIn(await freshStore());
    const again = await imported(anExport([...rows.slice(0, 2), aLine.event(9)]), { dryRun: true });
    expect(again.check).toMatchObject({ wrong: 0, fresh: { event: 1 }, known: { event: 2 } });
    expect(await memoryIn(await freshStore())).toEqual(before);
  });

  itOnSqlite('may be the memory of the first backend, with everything that is odd in it', async () => {
    const old = fresh('old.db');
    makeFirstBackendFile(old, { rows: 300, isLater: true, hasOthers: true });
    const service = await startOn(old);
    const text = await exported(service);
    await service.stop();
    const { check } = await imported(text);
    expect(check.findings).toEqual([]);
    expect(await count('events')).toBe(299);
    const again = await startOn(fresh());
    const [, ...before] = text.split('\n');
    const [, ...after] = (await exported(again)).split('\n');
    expect(after).toEqual(before);
    await again.stop();
  });

  function startOn(file: string): Promise<TestService> {
    return startService({ folder, environment: { DB_PATH: file } });
  }
});

/** Which is noticed before any database is opened. */
const describeOnce = isOnPostgres ? describe.skip : describe;

describeOnce('A file that is not in order', () => {
  const rows = [aLine.event(1), aLine.message(1), aLine.snapshot(1), aLine.preference('a')];
  const whole = anExport(rows);

  it('is noticed wherever it was cut off', async () => {
    const bytes = Buffer.from(whole);
    for (let length = 0; length < bytes.length - 1; length += 13) {
      expect([length, await mistakesIn(bytes.subarray(0, length))]).not.toEqual([length, []]);
    }
    expect(await mistakesIn(bytes.subarray(0, -1))).toEqual([]);
    expect(await mistakesIn(whole.split('\n').slice(0, 3).join('\n'))).toEqual([
      '4: the end is missing: the file was cut off, or is no export',
    ]);
  });

  it('is noticed wherever a byte was changed', async () => {
    const bytes = Buffer.from(whole);
    for (let at = whole.indexOf('\n') + 1; at < bytes.length - 1; at += 11) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect([at, await mistakesIn(changed)]).not.toEqual([at, []]);
    }
    expect(await mistakesIn(whole.replace('"used":91.4', '"used":91.5'))).toEqual([
      '6: sha256 does not match the rows: a line was changed, lost or added',
    ]);
  });

  it('is noticed where its compression is cut off or damaged', async () => {
    const packed = gzipSync(whole);
    expect(await mistakesIn(packed.subarray(0, -20))).toEqual([
      expect.stringContaining('cannot be unpacked'),
    ]);
    const damaged = Buffer.from(packed);
    damaged[packed.length >> 1]! ^= 0xff;
    expect(await mistakesIn(damaged)).not.toEqual([]);
  });

  it('makes no database', async () => {
    expect(await mistakesIn('nonsense')).toEqual([
      '1: is not a JSON object',
      expect.stringMatching(/^1: is not the first/),
    ]);
    expect(existsSync(fresh())).toBe(false);
  });

  it.each<[string, string, string[]]>([
    [
      'another version',
      anExport(rows, { header: { version: 3 } }),
      ['1: the export has version 3; this program knows version 1, 2'],
    ],
    [
      'another format',
      anExport(rows, { header: { format: 'x' } }),
      ['1: is not the first line of an export: format must be "jarvis-memory-export"'],
    ],
    [
      'an unknown kind in the first line',
      anExport(rows, { header: { kinds: ['key'] } }),
      ['1: kinds must be a list of: event, message, snapshot, preference'],
    ],
    [
      'an unknown kind',
      anExport([{ kind: 'key', id: 1 }]),
      ['2: kind must be one of: event, message, snapshot, preference_change, preference'],
    ],
    [
      'a kind that is not announced',
      anExport(rows.slice(0, 1), { header: { kinds: ['message'] } }),
      ['2: kind event is not named in the first line'],
    ],
    [
      'ids given out that are none',
      anExport([], { header: { lastIds: { event: 'a' } } }),
      ['1: lastIds must hold a whole number up to 9007197254740991 for each kind with ids'],
    ],
    [
      'last ids that leave none to give out',
      anExport([], { header: { lastIds: { event: 9007197254740992 } } }),
      ['1: lastIds must hold a whole number up to 9007197254740991 for each kind with ids'],
    ],
    [
      'a row twice',
      anExport([aLine.event(1), aLine.event(1)]),
      ['3: event 1 is there twice, also in line 2'],
    ],
    [
      'a preference twice',
      anExport([aLine.preference('a'), aLine.preference('a', { value: 'x' })]),
      ['3: preference a is there twice, also in line 2'],
    ],
    [
      'rows out of order',
      anExport([aLine.event(2), aLine.event(1)]),
      ['3: event 1 comes after 2 of line 2: rows stand in ascending order of id'],
    ],
    [
      'wrong counts',
      anExport(rows, { trailer: { counts: { event: 1, message: 1, snapshot: 1, preference: 2 } } }),
      ['6: the end counts 2 of kind preference; 1 are there'],
    ],
    [
      'a line after the end',
      `${whole}\n{"kind":"event"}`,
      ['7: is empty', '7: comes after the end', '8: comes after the end'],
    ],
    ['an empty line', anExport([aLine.event(1), '', aLine.event(2)]), ['3: is empty']],
    ['a line that is a list', anExport(['[1]']), ['2: is not a JSON object']],
  ])('is noticed for %s', async (_, text, mistakes) => {
    expect(await mistakesIn(text)).toEqual(mistakes);
  });

  it('is told with every mistake and the number of its line', async () => {
    const text = anExport([
      aLine.event(1, { type: 'alrt', severity: 'bad' }),
      aLine.event(2),
      aLine.event(3, { summary: 'nul \0 here', colour: 'red' }),
      '{"kind":"event",',
      aLine.event('4' as unknown as number, { timestamp: 'yesterday' }),
      aLine.event(5, { resolved: 'true', resolvedAt: 'never', resolvedBy: 'nobody' }),
      aLine.message(1, { tokensUsed: -1, toolCalls: 42 }),
    ]);
    expect((await mistakesIn(text)).map((mistake) => mistake.replace(/ (must|is) .*/, ''))).toEqual(
      [
        '2: type',
        '2: severity',
        '4: colour',
        '4: summary',
        '5:',
        '6: timestamp',
        '6: id',
        '7: resolvedAt',
        '7: resolved',
        '7: resolvedBy',
        '8: toolCalls',
        '8: tokensUsed',
      ].map((start) => expect.stringContaining(start)),
    );
    expect(existsSync(fresh())).toBe(false);
  });

  it('is told with a thousand mistakes and how many more there are', async () => {
    const { check } = await imported(anExport(Array.from({ length: 1500 }, () => '{}')));
    expect([check.findings.length, check.wrong]).toEqual([1000, 1500]);
  });

  it('may hold what is not UTF-8', async () => {
    const bytes = Buffer.from(anExport([aLine.event(1, { summary: '@@' })]));
    bytes[bytes.indexOf('@@')] = 0xff;
    expect(await mistakesIn(bytes)).toEqual(['2: is not UTF-8']);
  });

  const KINDS_OF_BAD_INPUT = [
    ['event', aLine.event(1), BAD_EVENTS],
    ['message', aLine.message(1), BAD_MESSAGES],
    ['snapshot', aLine.snapshot(1), BAD_SNAPSHOTS],
    ['preference', aLine.preference('a'), BAD_PREFERENCES],
  ] as const;
  /** What only a stored row has, or a row of the first backend may have. */
  const ALLOWED = /that is (a text|an? text of|an empty text|a list)|only answers have/;

  it.each(KINDS_OF_BAD_INPUT)('has no %s in it that the API refuses', async (_, line, inputs) => {
    const sent = ['type', 'source', 'summary', 'sessionId', 'role', 'content', 'snapshot', 'value'];
    const onlyStored = Object.fromEntries(Object.entries(line).filter(([name]) => !sent.includes(name)));
    for (const [what, body] of inputs) {
      if (ALLOWED.test(what) || 'key' in (body as object)) continue;
      const row = { ...onlyStored, ...(body as object) };
      expect([what, await mistakesIn(anExport([row]))]).not.toEqual([what, []]);
    }
  });
});
