import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { migrationOptions } from '../ormconfig.js';
import { migrations } from '../migrations/sqlite/index.js';
import { sqliteHandle } from '../src/database/sqlite/connection/handle.js';
import { contentOf, type Content } from './support/first-backend.js';
import { temporaryFolder } from './support/service.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
const open: DataSource[] = [];
beforeEach(() => {
  file = join(folder, `${files++}.db`);
});
afterEach(async () => {
  for (const dataSource of open.splice(0)) if (dataSource.isInitialized) await dataSource.destroy();
});

/** A connection that knows the first `count` migrations. */
async function connect(count = migrations.length): Promise<DataSource> {
  const options = { ...migrationOptions(file), migrations: migrations.slice(0, count) };
  const dataSource = await new DataSource(options).initialize();
  open.push(dataSource);
  return dataSource;
}

async function migrated(count = migrations.length): Promise<DataSource> {
  const dataSource = await connect(count);
  await dataSource.runMigrations();
  return dataSource;
}

const ROWS = `
  INSERT INTO events (timestamp, type, source, node, summary, details, resolved) VALUES
    ('2026-01-01T00:00:00.000Z', 'alert', 'monitor', 'pve1', 'first', '{"a":1}', 0),
    ('2026-01-01T00:00:01.000Z', 'action', 'jarvis', NULL, 'second', NULL, 1);
  INSERT INTO conversations (session_id, timestamp, role, content, tokens_used, input_tokens, output_tokens) VALUES
    ('one', '2026-01-01T00:00:00.000Z', 'user', 'question', 10, NULL, NULL),
    ('one', '2026-01-01T00:00:01.000Z', 'assistant', 'answer', NULL, 5, 6),
    ('two', '2026-01-02T00:00:00.000Z', 'user', 'another', NULL, NULL, NULL);
  INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES ('2026-01-01T00:00:00.000Z', '{"quorate":true}');
  INSERT INTO preferences VALUES ('theme', 'dark', '2026-01-01T00:00:00.000Z');`;

/**
 * Without what differs from run to run though nothing is lost: when a migration was run, the ids of what it makes, and the
 * random identity of the feed.
 */
function comparable({ schema, tables }: Content): Content {
  const migrationNames = (tables['memory_migrations'] ?? []).map(({ name }) => ({ name }));
  const sessions = (tables['conversation_sessions'] ?? []).map((row) => ({ ...row, id: undefined }));
  const made = ['memory_migrations', 'conversation_sessions'];
  const head = tables['feed_head']?.map((row) => ({ ...row, identity: undefined }));
  const sequences = tables['sqlite_sequence']!.filter(({ name }) => !made.includes(String(name)));
  return {
    schema,
    tables: {
      ...tables,
      memory_migrations: migrationNames,
      conversation_sessions: sessions,
      sqlite_sequence: sequences,
      ...(head && { feed_head: head }),
    },
  };
}

describe('Migrations', () => {
  it('make exactly the tables that the entities describe', async () => {
    const empty = await (await connect()).driver.createSchemaBuilder().log();
    expect(empty.upQueries.length).toBeGreaterThan(0);
    const complete = await (await migrated()).driver.createSchemaBuilder().log();
    expect(complete.upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('are listed oldest first, under names that end with their time', () => {
    const times = migrations.map(({ name }) => Number(/\d{13}$/.exec(name)?.[0]));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(migrations.length);
    expect(migrations.map((migration) => new migration().name)).toEqual(migrations.map(({ name }) => name));
  });

  const versions = migrations.map((_, index) => index + 1);
  it.each(versions)('go from version %i down and up again with rows in the tables', async (version) => {
    const dataSource = await migrated(version);
    const handle = sqliteHandle(dataSource);
    handle.exec(ROWS);
    const before = comparable(contentOf(handle));
    await dataSource.undoLastMigration();
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
    const below = comparable(contentOf(handle));
    expect(below.tables['memory_migrations']).toHaveLength(version - 1);
    // The first migration makes the tables, so that taking it back takes them away; all others keep the rows.
    if (version > 1) expect(below.tables['events']).toEqual(before.tables['events']);
    else expect(below.tables['events']).toBeUndefined();

    await dataSource.runMigrations();
    if (version === 1) handle.exec(ROWS);
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(comparable(contentOf(handle))).toEqual(before);
  });

  it('go all the way down, which leaves nothing of them behind, and all the way up again', async () => {
    const dataSource = await migrated();
    const handle = sqliteHandle(dataSource);
    handle.exec(ROWS);
    const { schema } = contentOf(handle);
    for (let left = migrations.length; left > 0; left--) await dataSource.undoLastMigration();
    const left = contentOf(handle).schema.map(({ name }) => name);
    expect(left).toEqual(['memory_migrations', 'sqlite_sequence']);
    await dataSource.runMigrations();
    expect(contentOf(handle).schema).toEqual(schema);
    expect(handle.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('end in the same schema whether they are run at once or version by version, with rows in between', async () => {
    for (const version of versions) {
      const dataSource = await migrated(version);
      if (version === 1) sqliteHandle(dataSource).exec(ROWS);
      await dataSource.destroy();
    }
    const stepwise = contentOf(file);
    file = join(folder, `${files++}.db`);
    expect(contentOf(sqliteHandle(await migrated())).schema).toEqual(stepwise.schema);
  });
});

describe('The sessions that triggers keep beside the messages', () => {
  let handle: SqliteHandle;
  beforeEach(async () => {
    await (await migrated()).destroy();
    // A plain connection, as an older program or a shell has it.
    handle = new Sqlite(file);
    handle.pragma('synchronous = OFF');
    handle.exec(ROWS);
  });
  afterEach(() => {
    handle.close();
  });

  const TRUTH = `SELECT session_id, min(timestamp) AS first_message_at, max(timestamp) AS last_message_at,
    count(*) AS message_count,
    sum(COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0))) AS tokens_used
    FROM conversations GROUP BY session_id ORDER BY session_id`;
  const KEPT = `SELECT session_id, first_message_at, last_message_at, message_count, tokens_used
    FROM conversation_sessions ORDER BY session_id`;
  const kept = (): unknown[] => handle.prepare(KEPT).all();
  const counted = (): unknown[] => handle.prepare(TRUTH).all();

  const insert = (values: string): string =>
    `INSERT INTO conversations (session_id, timestamp, role, content, tokens_used) VALUES ${values}`;
  const CHANGES: [string, string][] = [
    ['a message of a new session', insert(`('new', '2026-02-01T00:00:00.000Z', 'user', '', 3)`)],
    ['a later message', insert(`('one', '2026-02-01T00:00:00.000Z', 'user', '', NULL)`)],
    ['a backdated message', insert(`('one', '2020-02-01T00:00:00.000Z', 'user', '', 1)`)],
    [
      'several at once',
      insert(
        `('one', '2019', 'user', '', 1), ('new', '2018', 'user', '', 2), ('one', '2030', 'user', '', 4)`,
      ),
    ],
    ['the first message, deleted', `DELETE FROM conversations WHERE id = 1`],
    ['the last message, deleted', `DELETE FROM conversations WHERE id = 2`],
    ['the only message, deleted', `DELETE FROM conversations WHERE session_id = 'two'`],
    ['all messages, deleted', `DELETE FROM conversations`],
    ['a message that moves to another session', `UPDATE conversations SET session_id = 'two' WHERE id = 1`],
    ['the only message, which moves', `UPDATE conversations SET session_id = 'one' WHERE id = 3`],
    ['a message that moves to a new session', `UPDATE conversations SET session_id = 'new' WHERE id = 2`],
    [
      'two sessions that change places',
      `UPDATE conversations SET session_id = iif(session_id = 'one', 'two', 'one')`,
    ],
    ['a moment that changes', `UPDATE conversations SET timestamp = '2031' WHERE id = 1`],
    ['tokens that become known', `UPDATE conversations SET tokens_used = 99 WHERE id = 2`],
    ['tokens that are forgotten', `UPDATE conversations SET tokens_used = NULL`],
    ['tokens that went in', `UPDATE conversations SET input_tokens = 50, output_tokens = NULL WHERE id = 3`],
    [
      'an upsert',
      `INSERT INTO conversations SELECT * FROM conversations WHERE true
      ON CONFLICT (id) DO UPDATE SET tokens_used = 1000, session_id = 'upserted'`,
    ],
    ...['IGNORE', 'REPLACE', 'FAIL', 'ABORT', 'ROLLBACK'].flatMap((policy): [string, string][] => [
      [
        `INSERT OR ${policy}`,
        insert(`('one', '2026-02-01', 'user', '', 3)`).replace('INSERT', `INSERT OR ${policy}`),
      ],
      [
        `UPDATE OR ${policy}`,
        `UPDATE OR ${policy} conversations SET tokens_used = 8, session_id = 'two' WHERE id = 2`,
      ],
      [
        `UPDATE OR ${policy} within a session`,
        `UPDATE OR ${policy} conversations SET tokens_used = 8 WHERE id = 2`,
      ],
    ]),
  ];

  it.each(CHANGES)('stay true after %s', (_, statement) => {
    const before = counted();
    handle.exec(statement);
    expect(counted()).not.toEqual(before);
    expect(kept()).toEqual(counted());
  });

  it('stay true where the change is rolled back', () => {
    const before = kept();
    handle.exec(`BEGIN; DELETE FROM conversations; ${CHANGES[0]![1]}; ROLLBACK`);
    expect(kept()).toEqual(before);
    expect(kept()).toEqual(counted());
  });

  it('keep their place in the list of sessions: a message changes a session, it makes no other', () => {
    const ids = handle.prepare('SELECT id FROM conversation_sessions ORDER BY id').all();
    handle.exec(`${CHANGES[1]![1]}; UPDATE conversations SET tokens_used = 1`);
    expect(handle.prepare('SELECT id FROM conversation_sessions ORDER BY id').all()).toEqual(ids);
  });

  const session = fc.constantFrom('a', 'b', 'c');
  const moment = fc
    .integer({ min: 0, max: 20 })
    .map((n) => `2026-01-01T00:00:${String(n).padStart(2, '0')}.000Z`);
  const tokens = fc.option(fc.integer({ min: 0, max: 9 }));
  const id = fc.integer({ min: 1, max: 12 });
  const INSERT = `INSERT INTO conversations (session_id, timestamp, tokens_used, input_tokens, role, content)
    VALUES (?, ?, ?, ?, 'user', '')`;
  const change = fc.oneof(
    fc.record({ sql: fc.constant(INSERT), values: fc.tuple(session, moment, tokens, tokens) }),
    fc.record({
      sql: fc.constant(
        'UPDATE conversations SET session_id = ?, timestamp = ?, tokens_used = ? WHERE id % ? = 0',
      ),
      values: fc.tuple(session, moment, tokens, id),
    }),
    fc.record({ sql: fc.constant('DELETE FROM conversations WHERE id % 5 = ? % 5'), values: fc.tuple(id) }),
  );

  it('stay true after any sequence of inserts, updates and deletions', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
        for (const { sql, values } of changes) handle.prepare(sql).run(...values);
        expect(kept()).toEqual(counted());
      }),
      { numRuns: 150 },
    );
  });
});
