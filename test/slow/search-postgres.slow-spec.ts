import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import pg from 'pg';
import { Database } from '../../src/database/index.js';
import type { Match, MatchBounds } from '../../src/database/search/search.js';
import { foldWords } from '../../src/text/fold.js';
import { until } from '../support/instances.js';
import { createDatabase, startServer, type TestDatabase } from '../support/postgres/index.mjs';

const EVENT = `INSERT INTO events ("timestamp", type, severity, source, node, summary, details)
  SELECT '2026-11-22T20:15:00.000Z', 'alert', 'warning', 'monitor', 'pve-0' || (n % 3), 'backup of vm ' || n || ' failed', '{"vmid":1}'
  FROM generate_series(1, $1::int) AS n RETURNING id`;
const MESSAGE = `INSERT INTO conversations (session_id, "timestamp", role, content)
  SELECT 'chat-' || (n % 2), '2026-11-22T20:15:00.000Z', 'user', 'quorum of cluster ' || n FROM generate_series(1, $1::int) AS n RETURNING id`;

const open = ({ url }: TestDatabase, statementTimeoutMs = 30_000): Promise<Database> =>
  Database.open({ file: 'unused.db', logger: false, postgres: { url, poolSize: 4, statementTimeoutMs } });

/** As the services insert: they say which rows. */
function insert(database: Database, topic: string, text: string, ...values: unknown[]): Promise<number[]> {
  return database.write(
    async (manager) => (await manager.query<{ id: number }[]>(text, values)).map(({ id }) => Number(id)),
    { topic, kind: 'insert', ids: (ids) => ids },
  );
}
const addEvents = (database: Database, count: number): Promise<number[]> =>
  insert(database, 'events', EVENT, count);

interface State {
  readonly mark: number;
  readonly rows: number;
  readonly stale: number[];
}

async function stateOf(at: TestDatabase, kind = 'event'): Promise<State> {
  const [found] = await at.query(
    `SELECT mark::int, rows::int, coalesce((SELECT array_agg(id::int ORDER BY id) FROM search_stale WHERE kind = $1), '{}') AS stale
     FROM search_marks WHERE kind = $1`,
    [kind],
  );
  return found as unknown as State;
}

/** From here on nobody takes rows in, as long as another holds the lease. */
async function hold(at: TestDatabase): Promise<void> {
  await until(async () => {
    const take = `UPDATE leases SET holder = 'test', fence = fence + 1, until = extract(epoch FROM now()) * 1000 + 60000
      WHERE name = 'text index' AND until <= extract(epoch FROM clock_timestamp()) * 1000 RETURNING 1`;
    return (await at.query(take)).length > 0;
  });
}
async function release(at: TestDatabase): Promise<void> {
  await at.query(`UPDATE leases SET until = 0 WHERE name = 'text index'`);
}
const isIndexed = (at: TestDatabase, mark: number, kind?: string) => async () =>
  (await stateOf(at, kind)).mark >= mark;
const nothingStale = (at: TestDatabase) => async () => (await stateOf(at)).stale.length === 0;

/** Rows that the index lacks, has too many, or counts wrongly. */
async function disagreements(at: TestDatabase): Promise<unknown[]> {
  const ofKind = (kind: string, table: string, index: string): string => `
    SELECT '${kind}' AS kind, coalesce(kept.id, held.id)::int AS id
    FROM (SELECT id FROM ${table} WHERE id <= (SELECT mark FROM search_marks WHERE kind = '${kind}')
      EXCEPT SELECT id FROM search_stale WHERE kind = '${kind}') AS kept
    FULL JOIN (SELECT id FROM ${index} EXCEPT SELECT id FROM search_stale WHERE kind = '${kind}') AS held ON held.id = kept.id
    WHERE kept.id IS NULL OR held.id IS NULL
    UNION ALL SELECT '${kind} rows', rows::int FROM search_marks
    WHERE kind = '${kind}' AND rows <> (SELECT count(*) FROM ${index})`;
  return at.query(
    `${ofKind('event', 'events', 'search_events')} UNION ALL ${ofKind('message', 'conversations', 'search_messages')}`,
  );
}

async function found(
  database: Database,
  match: Match,
  kind: 'event' | 'message' = 'event',
  bounds: MatchBounds = {},
): Promise<number[]> {
  const { rows } = database.engine;
  const taken = await rows.read<{ id: number }>(rows.dialect.search.matching(kind, match, bounds));
  return taken.rows.map(({ id }) => Number(id)).sort((one, other) => one - other);
}

async function connected(at: TestDatabase): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: at.url });
  await client.connect();
  return client;
}

describe('The text index on PostgreSQL', () => {
  let at: TestDatabase;
  let one: Database;
  let other: Database;

  beforeEach(async () => {
    at = await createDatabase();
    one = await open(at);
    other = await open(at);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const database of [one, other]) await database.onApplicationShutdown();
    await at.drop();
  });

  it('takes rows in by batches, and leaves the few newest to the searches', async () => {
    const ids = await addEvents(one, 700);
    await until(isIndexed(at, 640));
    await sleep(100);
    expect(await stateOf(at)).toEqual({ mark: 640, rows: 640, stale: [] });
    expect(await found(other, { all: [{ word: 'failing' }, { word: 'xnpve00' }] })).toEqual(
      ids.slice(0, 640).filter((id) => id % 3 === 0),
    );
    const counted = `SELECT documents::int FROM search_terms WHERE kind = 'event' AND term = 'backup'`;
    expect(await at.query(counted)).toEqual([{ documents: 640 }]);
    expect(await disagreements(at)).toEqual([]);
  });

  it('finds rows that fulfil a condition too, and none where no word is allowed', async () => {
    const ids = await addEvents(one, 300);
    await until(isIndexed(at, 256));
    const where = {
      text: '(SELECT true FROM events WHERE events.id = found.id AND node = ?)',
      values: ['pve-01'],
    };
    const expected = ids.slice(0, 256).filter((id) => id % 3 === 1);
    const backup = { word: 'backup' };
    expect(await found(one, backup, 'event', { where, upTo: 256 })).toEqual(expected);
    expect(await found(one, backup, 'event', { where, upTo: 256, newest: 5, among: 100 })).toEqual(
      expected.slice(-5),
    );
    expect(await found(one, backup, 'event', { where, upTo: 256, newest: 50, among: 9 })).toEqual(
      expected.slice(-3),
    );
    expect(await found(one, backup, 'event', { where, oldest: 5 })).toEqual(expected.slice(0, 5));
    expect(await found(one, { any: [] })).toEqual([]);
    expect(await found(one, { all: [backup, { any: [] }] })).toEqual([]);
  });

  it('notes a row of the service that commits after the mark has passed its id, and takes it in', async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const late = one.write(
      async (manager) => {
        const [row] = await manager.query<{ id: number }[]>(EVENT, [1]);
        begun();
        await gate;
        return [Number(row!.id)];
      },
      { topic: 'events', kind: 'insert', ids: (ids) => ids },
    );
    await hasBegun;
    await addEvents(other, 300);
    await until(isIndexed(at, 256));
    await hold(at);
    go();
    const [id] = await late;
    expect((await stateOf(at)).stale).toEqual([id]);
    expect(await disagreements(at)).toEqual([]);
    await release(at);
    await addEvents(one, 300);
    await until(nothingStale(at));
    expect(await found(one, { word: 'backup' })).toContain(id);
    expect(await disagreements(at)).toEqual([]);
  });

  it('notes rows of another program that commit after the mark has passed their ids', async () => {
    const psql = await connected(at);
    await psql.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    const { rows } = await psql.query<{ id: string }>(EVENT, [2]);
    await addEvents(one, 300);
    await until(isIndexed(at, 256));
    await psql.query('COMMIT').catch(() => undefined);
    const kept = await psql.query('SELECT 1 FROM events WHERE id = $1', [rows[0]!.id]);
    await psql.query('BEGIN');
    const again = await psql.query<{ id: string }>(EVENT, [2]);
    await addEvents(one, 300);
    await until(isIndexed(at, 512));
    await psql.query('COMMIT');
    await psql.end();
    const late = [...(kept.rowCount ? rows : []), ...again.rows].map(({ id }) => Number(id));
    await addEvents(one, 300);
    await until(nothingStale(at));
    for (const id of late) expect(await found(one, { word: 'backup' })).toContain(id);
    expect(await disagreements(at)).toEqual([]);
  });

  it('loses what anybody deletes, and takes in again what another program changes', async () => {
    await addEvents(one, 300);
    await insert(one, 'conversations', MESSAGE, 600);
    await until(isIndexed(at, 256));
    await until(isIndexed(at, 576, 'message'));
    await hold(at);
    await one.write(
      (manager) => manager.query(`DELETE FROM conversations WHERE session_id = 'chat-0'`),
      'conversations',
    );
    expect(await stateOf(at, 'message')).toMatchObject({ rows: 288 });
    await at.query('DELETE FROM events WHERE id IN (7, 8, 290)');
    await at.query(`UPDATE events SET summary = 'quorum lost' WHERE id IN (9, 280)`);
    await at.query('UPDATE events SET id = 8 WHERE id = 10');
    expect(await stateOf(at)).toEqual({ mark: 256, rows: 254, stale: [8, 9, 10, 280] });
    expect(await disagreements(at)).toEqual([]);
    await release(at);
    await addEvents(one, 300);
    await until(nothingStale(at));
    expect(await found(one, { word: 'quorum' })).toEqual([9, 280]);
    expect(await found(one, { word: '10' })).toEqual([
      8,
      ...(await found(one, { word: '10' })).filter((id) => id > 300),
    ]);
    expect(await disagreements(at)).toEqual([]);
    await hold(at);
    await at.query('TRUNCATE events');
    await at.query(`INSERT INTO events (id, "timestamp", type, severity, source, summary)
      VALUES (1, 'no time: it''s \\ ', 'alert', 'warning', 'x', 'after all')`);
    expect(await stateOf(at)).toMatchObject({ rows: 0, stale: [1] });
    await release(at);
    await addEvents(one, 300);
    await until(nothingStale(at));
    expect(await found(one, { phrase: ['after', 'all'] })).toEqual([1]);
    expect(await disagreements(at)).toEqual([]);
  });

  it('takes in rows that an import brings below the mark', async () => {
    await at.query(`SELECT setval('events_id_seq', 1000)`);
    await addEvents(one, 300);
    await until(isIndexed(at, 1256));
    await hold(at);
    const row = {
      type: 'alert',
      severity: 'info',
      source: 'old',
      node: null,
      summary: 'imported',
      details: null,
    };
    const rows = [3, 5, 1100].map((id) => ({
      ...row,
      id,
      timestamp: '2020-01-01T00:00:00.000Z',
      resolved: false,
      resolvedAt: null,
      resolution: null,
    }));
    const added = await one.write((manager) => one.transfer.insert(manager, 'event', rows), undefined, {
      takesPosition: true,
    });
    expect(added).toBe(2);
    expect((await stateOf(at)).stale).toEqual([3, 5]);
    await release(at);
    await addEvents(one, 300);
    await until(nothingStale(at));
    expect(await found(one, { word: 'imported' })).toEqual([3, 5]);
    expect(await disagreements(at)).toEqual([]);
  });

  it('prepares a batch again whose rows were changed meanwhile', async () => {
    const { threads } = one.engine;
    const run = threads.run.bind(threads);
    let prepared = 0;
    jest.spyOn(threads, 'run').mockImplementation(async (program, input, signal) => {
      const batch = await run(program, input, signal);
      // Other work in the background has programs of its own.
      const isBatch = batch && program.url.href.includes('batch-thread');
      if (isBatch && ++prepared === 1) await at.query('DELETE FROM events WHERE id = 5');
      return batch;
    });
    await other.onApplicationShutdown();
    await addEvents(one, 300);
    await until(isIndexed(at, 256));
    expect(prepared).toBe(5);
    expect(await found(one, { word: 'backup' })).not.toContain(5);
    expect(await disagreements(at)).toEqual([]);
  });

  it('is written by one instance at a time, and by another where that one was killed', async () => {
    await at.query(
      `INSERT INTO leases VALUES ('text index', 'killed', 1, extract(epoch FROM now()) * 1000 + 600000)`,
    );
    await Promise.all([addEvents(one, 300), addEvents(other, 300)]);
    await sleep(300);
    expect(await stateOf(at)).toMatchObject({ mark: 0 });
    await at.query(`UPDATE leases SET until = 0 WHERE name = 'text index'`);
    await Promise.all([addEvents(one, 300), addEvents(other, 300)]);
    await until(isIndexed(at, 1152));
    expect(await stateOf(at)).toMatchObject({ rows: 1152 });
    expect(await disagreements(at)).toEqual([]);
  });
});

describe('The text index on a server', () => {
  it('goes on where it was when the server failed in the middle', async () => {
    const server = await startServer();
    const at = await server.createDatabase();
    const database = await open(at);
    for (let part = 0; part < 10; part++) await addEvents(database, 1000);
    await until(isIndexed(at, 1024));
    await server.stopImmediately();
    await server.start();
    const { mark } = await stateOf(at);
    expect(mark).toBeLessThan(9984);
    expect(await disagreements(at)).toEqual([]);
    // As if the lease had ended, which the holder could not give back.
    await at.query('UPDATE leases SET until = 0');
    await addEvents(database, 300);
    await until(isIndexed(at, 10_240));
    expect(await disagreements(at)).toEqual([]);
    await database.onApplicationShutdown();
    await server.destroy();
  });

  it('without triggers may hold rows that are deleted, and takes in a row again that comes back', async () => {
    const at = await createDatabase({ crippled: true });
    const database = await open(at);
    await addEvents(database, 300);
    await until(isIndexed(at, 256));
    await hold(at);
    await database.write((manager) => manager.query('DELETE FROM events WHERE id = 5'), 'events');
    expect(await found(database, { word: 'backup' })).toContain(5);
    await insert(
      database,
      'events',
      `INSERT INTO events (id, "timestamp", type, severity, source, summary)
        VALUES (5, '2026-01-01T00:00:00.000Z', 'alert', 'info', 'x', 'came back') RETURNING id`,
    );
    expect(await stateOf(at)).toEqual({ mark: 256, rows: 256, stale: [5] });
    await release(at);
    await addEvents(database, 300);
    await until(nothingStale(at));
    expect(await found(database, { phrase: ['came', 'back'] })).toEqual([5]);
    expect(await disagreements(at)).toEqual([]);
    await database.onApplicationShutdown();
    await at.drop();
  });
});

/** Texts and queries of few words, so that some of them meet; and of all that is hostile. */
const WORD = fc.constantFrom(
  ...'backup backups failing failed fail relational ponies sky pve-01 vm:104 10.0.0.5 10.0.0.50 qemu/100 備份失敗 バックアップ 백업 сервер серверов نسخة ไม่ '.split(
    ' ',
  ),
  'UPID:pve:0003A2F1:00',
  'a\u0301\u0301e\u0301',
  '\u{1f6a8}',
  "it's",
  'a\\b',
  '"',
  "'",
  '&',
  '|',
  '!',
  '<->',
  ':*',
  '(',
  ')',
  '*',
  '\t',
  'ß',
  'ﬁne',
  '\u{10fffd}',
);
const TEXT = fc.array(WORD, { maxLength: 12 }).map((words) => words.join(' '));
const HOSTILE = fc.oneof(
  WORD,
  fc.constantFrom('', '\0', '\ud800', 'x\udc00y', 'a\0b'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const PHRASE = fc.array(HOSTILE, { minLength: 1, maxLength: 3 });
const LEAF: fc.Arbitrary<Match> = fc.oneof(
  HOSTILE.map((word) => ({ word })),
  HOSTILE.map((prefix) => ({ prefix })),
  PHRASE.map((phrase) => ({ phrase })),
);
const LEAVES = fc.array(LEAF, { minLength: 1, maxLength: 3 });
const MATCH: fc.Arbitrary<Match> = fc.oneof(
  LEAF,
  LEAVES.map((all) => ({ all })),
  LEAVES.map((any) => ({ any })),
  fc.tuple(LEAVES, LEAF).map(([any, last]) => ({ all: [{ any }, last] })),
);

/** As a query is parsed. */
function foldAll(match: Match): Match {
  if ('word' in match) return { word: foldWords(match.word) };
  if ('prefix' in match) return { prefix: foldWords(match.prefix) };
  if ('phrase' in match) return { phrase: match.phrase.map(foldWords) };
  return 'all' in match ? { all: match.all.map(foldAll) } : { any: match.any.map(foldAll) };
}

describe('Both engines', () => {
  let folder: string;
  let at: TestDatabase;
  let sqlite: Database;
  let postgres: Database;
  const LONG = ['e\u0301'.repeat(3000), `${'備'.repeat(300)}份`, 'word '.repeat(3999), 'z'.repeat(2500)];
  const texts = [...LONG, ...fc.sample(TEXT, { numRuns: 508, seed: 1 })].map((text) => text || 'nothing');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-memory-test-'));
    at = await createDatabase();
    sqlite = await Database.open({ file: join(folder, 'memory.db'), logger: false });
    postgres = await open(at);
    const values = JSON.stringify(texts);
    const insertOf = (id: string, from: string): string =>
      `INSERT INTO conversations (id, session_id, "timestamp", role, content)
        SELECT ${id}, 'chat', '2026-11-22T20:15:00.000Z', 'user', value FROM ${from} RETURNING id`;
    await insert(sqlite, 'conversations', insertOf('key + 1', 'json_each(?)'), values);
    await insert(
      postgres,
      'conversations',
      insertOf(
        'number',
        'json_array_elements_text(CAST($1 AS json)) WITH ORDINALITY AS given (value, number)',
      ),
      values,
    );
    for (const database of [sqlite, postgres]) {
      await until(async () => {
        const { rows } = await database.engine.rows.read<{ mark: number }>({
          text: `SELECT mark FROM search_marks WHERE kind = 'message'`,
          values: [],
        });
        return rows[0]?.mark === texts.length;
      });
    }
  });
  afterAll(async () => {
    for (const database of [sqlite, postgres]) await database.onApplicationShutdown();
    await at.drop();
    await rm(folder, { recursive: true });
  });

  it('find the same rows, whatever is asked; and no text is an error', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(MATCH, async (match) => {
        await found(postgres, match, 'message');
        const folded = foldAll(match);
        const ids = await found(sqlite, folded, 'message');
        hits += ids.length;
        expect(await found(postgres, folded, 'message')).toEqual(ids);
      }),
      { numRuns: 400 },
    );
    expect(hits).toBeGreaterThan(1000);
  });

  it.each<[string, Match]>([
    ['a word that is longer without its diacritics than PostgreSQL takes', { word: 'e'.repeat(3000) }],
    ['a phrase behind many of the same character', { word: '份' }],
    ['a word that is there more often than it has positions', { word: 'words' }],
    ['a long run of letters', { word: 'z'.repeat(100) }],
  ])('find %s', async (_, match) => {
    const ids = await found(sqlite, match, 'message');
    expect(ids.length).toBeGreaterThan(0);
    expect(await found(postgres, match, 'message')).toEqual(ids);
  });
});
