import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { USAGE } from '../../src/conversations/usage/usage.table.js';
import { connectPostgres } from '../support/logical-schema.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';
import { disagreements } from '../support/sums.js';

const template = {
  name: 'migrated_alone',
  fill: async (url: string): Promise<void> => {
    const dataSource = await connectPostgres(url);
    await dataSource.runMigrations();
    await dataSource.destroy();
  },
};

const clients: pg.Client[] = [];
async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  clients.push(client);
  return client;
}
async function disconnect(): Promise<void> {
  for (const client of clients.splice(0)) await client.end();
}

/** The position, and the number of changes. */
async function feed(database: TestDatabase): Promise<unknown> {
  const [row] = await database.query(
    `SELECT position::int, (SELECT count(*)::int FROM feed_changes) AS changes FROM feed_head`,
  );
  return row;
}

const message = (session: string, second = 0, tokens: number | null = 1): string =>
  `INSERT INTO conversations (session_id, timestamp, role, content, tokens_used)
   VALUES ('${session}', '2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z', 'user', '', ${tokens});`;
const EVENT = `INSERT INTO events (timestamp, type, source, summary) VALUES ('2026', 'alert', 'psql', 'by hand');`;

describe('What another program writes to PostgreSQL', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createDatabase({ template });
  });
  afterEach(async () => {
    await disconnect();
    await database.drop();
  });

  it.each([
    ['events', 'resolved', EVENT],
    ['conversations', 'role', message('one')],
    [
      'cluster_snapshots',
      'snapshot',
      `INSERT INTO cluster_snapshots (timestamp, snapshot) VALUES ('2026', '{}')`,
    ],
    ['preferences', 'value', `INSERT INTO preferences VALUES ('theme', 'dark', '2026')`],
    [
      'api_keys',
      'name',
      `INSERT INTO api_keys (name, role, hash, created_at) VALUES ('a', 'admin', 'b', '2026')`,
    ],
    ['revoked_tokens', 'expires_at', `INSERT INTO revoked_tokens VALUES ('a', '2026')`],
  ])(
    'to %s is a change of nobody knows what, once for each of its transactions',
    async (table, column, insert) => {
      await database.query(insert);
      expect(await feed(database)).toEqual({ position: 1, changes: 1 });
      expect(await database.query('SELECT * FROM feed_changes')).toEqual([
        {
          position: '1',
          number: '1',
          topic: '*',
          kind: 'unknown',
          ids: '[]',
          is_complete: false,
          committed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      ]);
      await database.query(`UPDATE ${table} SET ${column} = ${column}`);
      await database.query(`DELETE FROM ${table}`);
      expect(await feed(database)).toEqual({ position: 3, changes: 3 });
      await database.query(`DELETE FROM ${table}`);
      expect(await feed(database)).toEqual({ position: 3, changes: 3 });
      await database.query(`TRUNCATE ${table}`);
      expect(await feed(database)).toEqual({ position: 4, changes: 4 });
      expect(await database.query('SELECT * FROM feed_topics')).toEqual([{ topic: '*', position: '4' }]);
    },
  );

  it('takes one position for many rows of many tables', async () => {
    await database.query(
      `DO $$ BEGIN
         FOR n IN 1..5000 LOOP ${message('one')} ${message('two')} ${EVENT} END LOOP;
         DELETE FROM events WHERE id % 2 = 0;
       END $$`,
    );
    expect(await feed(database)).toEqual({ position: 1, changes: 1 });
    expect(await database.query(KEPT)).toMatchObject([{ messages: 5000 }, { messages: 5000 }]);
  });

  it('takes none where it is rolled back, in whole or to a savepoint', async () => {
    const client = await connect(database.url);
    await client.query(`BEGIN; ${EVENT} SET CONSTRAINTS ALL IMMEDIATE; ROLLBACK`);
    expect(await feed(database)).toEqual({ position: 0, changes: 0 });
    await client.query(
      `BEGIN; SAVEPOINT a; SET CONSTRAINTS ALL IMMEDIATE; ${message('one')} ROLLBACK TO a; ${message('one')} COMMIT`,
    );
    expect(await feed(database)).toEqual({ position: 1, changes: 1 });
    expect(await database.query(KEPT)).toEqual(await database.query(COUNTED));
  });

  it('wakes those who listen', async () => {
    const listener = await connect(database.url);
    const heard: unknown[] = [];
    listener.on('notification', ({ channel, payload }) => heard.push([channel, payload]));
    await listener.query('LISTEN jarvis_memory');
    await database.query(`${EVENT} ${EVENT}`);
    await listener.query('SELECT 1');
    expect(heard).toEqual([['jarvis_memory', '1']]);
  });

  it('is noticed without notifications too', async () => {
    await database.query(
      `CREATE SCHEMA mute;
       CREATE FUNCTION mute.pg_notify(text, text) RETURNS void LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'unimplemented'; END $$;
       ALTER FUNCTION feed_note() SET search_path = mute, pg_catalog, public, pg_temp`,
    );
    await database.query(message('one'));
    expect(await feed(database)).toEqual({ position: 1, changes: 1 });
    expect(await database.query(KEPT)).toEqual(await database.query(COUNTED));
  });

  it('is noticed where that program may write to one table alone, and has a search path of its own', async () => {
    const name = `writer_${database.name}`;
    await database.queryAsAdmin(`CREATE ROLE ${name}; GRANT INSERT ON conversations TO ${name}`);
    try {
      const client = await connect(database.adminUrl);
      await client.query(`SET ROLE ${name}; SET search_path = pg_temp, public`);
      await client.query('CREATE TEMP TABLE feed_head (id int, position int)');
      await client.query('CREATE TEMP TABLE conversation_sessions (session_id text)');
      await client.query(message('one'));
      expect(await feed(database)).toEqual({ position: 1, changes: 1 });
      expect(await database.query(KEPT)).toEqual(await database.query(COUNTED));
    } finally {
      await disconnect();
      await database.queryAsAdmin(`DROP OWNED BY ${name}; DROP ROLE ${name}`);
    }
  });

  it('is left to the service where the service writes', async () => {
    const client = await connect(database.url);
    await client.query(
      `BEGIN; SET LOCAL jarvis_memory.unit = 'on'; ${EVENT} ${message('one')} UPDATE conversations SET role = 'tool';
       DELETE FROM events; COMMIT`,
    );
    expect(await feed(database)).toEqual({ position: 0, changes: 0 });
    expect(await database.query(KEPT)).toEqual([]);
    // The setting ends with the transaction, so that the next one on the connection is looked at.
    await client.query(message('one'));
    expect(await feed(database)).toEqual({ position: 1, changes: 1 });
    expect(await database.query(KEPT)).toMatchObject([{ messages: 2 }]);
  });
});

const KEPT = `SELECT session_id, first_message_at AS first, last_message_at AS last, message_count::int AS messages,
  tokens_used::int AS tokens FROM conversation_sessions ORDER BY session_id`;
const COUNTED = `SELECT session_id, min(timestamp) AS first, max(timestamp) AS last, count(*)::int AS messages,
  sum(COALESCE(tokens_used, COALESCE(input_tokens, 0) + COALESCE(output_tokens, 0)))::int AS tokens
  FROM conversations GROUP BY session_id ORDER BY session_id`;

/** No quarter of an hour of what was used is wrong. */
const AGREES = [{ count: '0' }];

describe('The sessions and the usage of what another program writes to PostgreSQL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ template });
  });
  afterEach(disconnect);
  afterAll(() => database.drop());

  const start = async (): Promise<pg.Client> => {
    const client = await connect(database.url);
    await client.query(
      `TRUNCATE conversations; ${message('one', 1)} ${message('one', 2, null)} ${message('two', 3)}`,
    );
    return client;
  };

  it.each([
    ['a message of a new session', message('new')],
    ['a session named with quotes and line breaks', message('"a"\n"b\\') + message('b') + message('a"\n"b')],
    ['a backdated message', message('one', 0)],
    ['the last message, deleted', `DELETE FROM conversations WHERE timestamp LIKE '%:02.000Z'`],
    ['the only message, deleted', `DELETE FROM conversations WHERE session_id = 'two'`],
    ['all messages, deleted', `DELETE FROM conversations`],
    ['all messages, truncated', `TRUNCATE conversations`],
    [
      'two sessions that change places',
      `UPDATE conversations SET session_id =
      CASE session_id WHEN 'one' THEN 'two' ELSE 'one' END`,
    ],
    [
      'a message that moves to a new session',
      `UPDATE conversations SET session_id = 'new' WHERE session_id = 'two'`,
    ],
    ['tokens that went in', `UPDATE conversations SET tokens_used = NULL, input_tokens = 50`],
    [
      'a session that was counted wrong before',
      `UPDATE conversation_sessions SET message_count = 70; ${message('one')}
      ${message('two')}`,
    ],
  ])('are true after %s', async (_, statement) => {
    const client = await start();
    await client.query(statement);
    const { rows } = await client.query(COUNTED);
    expect((await client.query(KEPT)).rows).toEqual(rows);
    expect((await client.query(disagreements(USAGE))).rows).toEqual(AGREES);
  });

  const session = fc.constantFrom(`'a'`, `'b'`, `'c'`);
  const second = fc.integer({ min: 0, max: 20 });
  const statement = fc.oneof(
    fc.tuple(session, second).map(([of, at]) => message(of.slice(1, -1), at)),
    fc
      .tuple(session, second)
      .map(([to, n]) => `UPDATE conversations SET session_id = ${to} WHERE id % 5 = ${n} % 5;`),
    second.map((n) => `DELETE FROM conversations WHERE id % 5 = ${n} % 5;`),
    fc.constantFrom('SET CONSTRAINTS ALL IMMEDIATE;', 'SAVEPOINT s;', 'SAVEPOINT s; ROLLBACK TO s;'),
  );
  const transaction = fc.array(statement, { minLength: 1, maxLength: 8 });

  it('are true after any transactions, checked at their end or at once', async () => {
    const client = await start();
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { maxLength: 6 }), async (transactions) => {
        for (const statements of transactions) await client.query(`BEGIN; ${statements.join(' ')} COMMIT`);
        const { rows } = await client.query(COUNTED);
        expect((await client.query(KEPT)).rows).toEqual(rows);
        expect((await client.query(disagreements(USAGE))).rows).toEqual(AGREES);
      }),
      { numRuns: 60 },
    );
  });

  it('are true where programs write the same ones at once, in any order, and none waits for ever', async () => {
    await start();
    const writers = await Promise.all([1, 2, 3, 4].map(() => connect(database.url)));
    const rounds = 25;
    await Promise.all(
      writers.map(async (client, writer) => {
        for (let round = 0; round < rounds; round++) {
          const names = writer % 2 === 0 ? ['one', 'two', 'new'] : ['new', 'two', 'one'];
          await client.query(`BEGIN; ${names.map((name) => message(name)).join(' ')} COMMIT`);
        }
      }),
    );
    expect(await database.query(KEPT)).toEqual(await database.query(COUNTED));
    expect(await database.query(disagreements(USAGE))).toEqual(AGREES);
    expect(await database.query(KEPT)).toMatchObject([
      { session_id: 'new', messages: rounds * writers.length },
      {},
      {},
    ]);
  });
});
