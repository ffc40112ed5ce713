import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import request, { type Test } from 'supertest';
import { AuthService } from '../../src/auth/index.js';
import { readEnvironment } from '../../src/config/index.js';
import { anEvent, aMessage } from '../factories/index.js';
import { expectProblem } from '../factories/problem.js';
import { startPooler } from '../support/pooler.js';
import { createDatabase, type TestDatabase } from '../support/postgres/index.mjs';
import { startService, type TestService } from '../support/service.js';

let service: TestService | undefined;
let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterEach(async () => {
  await service?.destroy();
  service = undefined;
});
afterAll(() => database.drop());

async function startOn(url: string, more: Record<string, string> = {}): Promise<TestService> {
  return (service = await startService({ environment: { DATABASE_URL: url, DB_PATH: undefined, ...more } }));
}

const changed = (url: string, parts: Partial<URL>): string => Object.assign(new URL(url), parts).href;

/** Starts a service on a database that cannot be used: it lives, says why, and gives nothing away. */
async function expectRefused(url: string, reason: RegExp): Promise<TestService> {
  const { password } = new URL(url);
  const down = await startOn(url);
  await down.callAnonymously('get', '/health/live').expect(200);
  const { body, text } = await down.callAnonymously('get', '/health').expect(503);
  expect(body.database).toEqual({ status: 'down', reason: expect.stringMatching(reason) });
  const answers = [text];
  for (const [method, path] of [
    ['get', '/memory/events'],
    ['get', '/memory/preferences'],
    ['delete', '/memory/conversations/chat-1'],
  ] as const) {
    const answer = await down.call(method, path).expect(503);
    expectProblem(answer.body, 'database_unavailable');
    expect(answer.body.detail).toMatch(reason);
    answers.push(answer.text);
  }
  await down.call('post', '/memory/events').send(anEvent()).expect(503);
  for (const one of [...answers, down.recorded.lines.join('')]) {
    expect(one).not.toContain(password);
    expect(one).not.toMatch(/postgres(?:ql)?:\/\//);
  }
  return down;
}

describe('A DATABASE_URL that is wrong', () => {
  it('has another password', async () => {
    await expectRefused(
      changed(database.url, { password: 'not-the-password' }),
      /refuses the user or the password/,
    );
  });

  it('names a database that does not exist', async () => {
    await expectRefused(changed(database.url, { pathname: 'nobody_made_this' }), /does not exist/);
  });

  it('names a server that is not there', async () => {
    const now = Date.now.bind(Date);
    let skipped = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + skipped);
    // It would be waited for.
    setTimeout(() => (skipped = 61_000), 100);
    try {
      await expectRefused('postgres://jarvis:of-nobody@127.0.0.1:1/jarvis', /cannot be reached/);
    } finally {
      clock.mockRestore();
    }
  });

  it('names a role that may not create tables', async () => {
    const role = `${database.name}_guest`;
    await database.queryAsAdmin(`create role ${role} login password 'of-a-guest'`);
    await database.queryAsAdmin(`grant connect on database ${database.name} to ${role}`);
    try {
      const url = changed(database.url, { username: role, password: 'of-a-guest' });
      await expectRefused(url, /no right to create tables/);
      await service?.destroy();
      service = undefined;
      expect(
        await database.query('select from information_schema.tables where table_schema = $1', ['public']),
      ).toEqual([]);
    } finally {
      await database.queryAsAdmin(`drop owned by ${role}`);
      await database.queryAsAdmin(`drop role ${role}`);
    }
  });

  it.each([
    'mysql://jarvis:secret@localhost/jarvis',
    'mongodb://x',
    'jarvis.db',
    'postgres://',
    'postgres://host',
  ])('is no URL of PostgreSQL: %s', (DATABASE_URL) => {
    const read = (): unknown => readEnvironment({ DATABASE_URL });
    expect(read).toThrow(/DATABASE_URL: .*postgres:\/\/user:password@host/);
    expect(read).not.toThrow(/secret/);
  });
});

describe('A server that is too old', () => {
  it('is refused with its version, and left as it is', async () => {
    const old = await createDatabase();
    await old.queryAsAdmin(`create schema older; grant usage on schema older to public;
      create function older.current_setting(text) returns text language sql as
        $$ select case $1 when 'server_version_num' then '120022' else pg_catalog.current_setting($1) end $$;
      alter database ${old.name} set search_path = public, older, pg_catalog`);
    await expectRefused(old.url, /PostgreSQL 12; the service needs PostgreSQL 15/);
    expect(await old.query("select from pg_tables where schemaname = 'public'")).toEqual([]);
    await service?.destroy();
    service = undefined;
    await old.drop();
  });
});

describe('A database of somebody else', () => {
  it('with a table of one of our names is refused and untouched', async () => {
    const theirs = await createDatabase();
    await theirs.query(`create table events (id serial primary key, title text, "at" timestamptz)`);
    await theirs.query(
      `insert into events (title, "at") values ('a concert', '2026-01-01'), ('a fair', null)`,
    );
    const content = async (): Promise<unknown> => [
      await theirs.query(
        `select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'
          order by 1, ordinal_position`,
      ),
      await theirs.query('select *, xmin::text from events order by id'),
      await theirs.query(
        `select relname, relkind from pg_class where relnamespace = 'public'::regnamespace order by 1`,
      ),
    ];
    const before = await content();
    await expectRefused(theirs.url, /tables of another program \(events\)/);
    expect(await content()).toEqual(before);
    await service?.destroy();
    service = undefined;
    await theirs.drop();
  });
});

describe('A database that a newer version has migrated', () => {
  const NEWER = `insert into memory_migrations (timestamp, name) values (2999999999999, 'FromTheFuture2999999999999')`;
  const positionIn = async (): Promise<unknown> =>
    (await database.query('select position, identity from feed_head'))[0];

  it('is read and written no more by an older instance that runs, within a second, and refused by one that starts', async () => {
    const older = await startOn(database.url);
    await older.call('post', '/memory/events').send(anEvent()).expect(201);
    await database.query(NEWER);
    await older
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'too late' }))
      .expect(503);
    const before = await positionIn();
    await sleep(1000);
    for (const [method, path] of [
      ['get', '/memory/events'],
      ['delete', '/memory/conversations/x'],
    ] as const) {
      const { body } = await older.call(method, path).expect(503);
      expect(body.detail).toMatch(/newer version/);
    }
    const { body } = await older.callAnonymously('get', '/health').expect(503);
    expect(body.database.reason).toMatch(/newer version/);
    expect(await database.query('select summary from events')).toHaveLength(1);
    expect(await positionIn()).toEqual(before);
    await older.destroy();
    service = undefined;
    await expectRefused(database.url, /newer version/);
    expect(await positionIn()).toEqual(before);
  });

  it('is noticed by an instance that only reads', async () => {
    await database.query("delete from memory_migrations where name like 'FromTheFuture%'");
    const reader = await startOn(database.url);
    await reader.call('get', '/memory/events').expect(200);
    await database.query(NEWER);
    await sleep(1000);
    await reader.call('get', '/memory/events').expect(503);
    await reader.destroy();
    service = undefined;
    await database.query("delete from memory_migrations where name like 'FromTheFuture%'");
  });
});

describe('A connection', () => {
  it('that is lost and comes back is used again without a restart', async () => {
    const { name } = database;
    const up = await startOn(database.url);
    const owner = new URL(database.url).username;
    await up.call('post', '/memory/events').send(anEvent()).expect(201);
    await database.queryAsAdmin(`revoke connect on database ${name} from public, ${owner}`);
    await database.disconnectAll();
    expectProblem((await up.call('get', '/memory/events').expect(503)).body, 'database_unavailable');
    await up.call('post', '/memory/events').send(anEvent()).expect(503);
    await up.callAnonymously('get', '/health/live').expect(200);
    await database.queryAsAdmin(`grant connect on database ${name} to public, ${owner}`);
    await up.call('post', '/memory/events').send(anEvent()).expect(201);
    await up.call('get', '/memory/events').expect(200);
  });
});

describe('A transaction pooler', () => {
  it('that refuses the statement time-out is used without it, with a warning', async () => {
    const { hostname, port: serverPort } = new URL(database.url);
    const pooler = await startPooler(`${decodeURIComponent(hostname)}/.s.PGSQL.${serverPort || '5432'}`);
    const through = await startOn(changed(database.url, { host: `127.0.0.1:${pooler.port}` }));
    await through
      .call('post', '/memory/events')
      .send(anEvent({ summary: 'pooled' }))
      .expect(201);
    const { body } = await through.call('get', '/memory/events?limit=1').expect(200);
    expect(body.events).toMatchObject([{ summary: 'pooled' }]);
    expect(through.log.join('\n')).toMatch(/pooler .*refuses the statement time-out/);
    await through.destroy();
    service = undefined;
    pooler.close();
  });
});

describe('Three instances that start at once on an empty database', () => {
  it.each([false, true])(
    'migrate it once and all serve it; without what distributed engines lack: %s',
    async (crippled) => {
      const empty = await createDatabase({ crippled });
      const instances = await Promise.all(
        [1, 2, 3].map(() => startService({ environment: { DATABASE_URL: empty.url, DB_PATH: undefined } })),
      );
      try {
        // Each has hashed the password for itself; within a second all know the one that is kept.
        await sleep(1000);
        const { token } = await instances[0]!.app.get(AuthService).issueToken();
        const bearing = (call: Test): Test => call.set('Authorization', `Bearer ${token}`);
        for (const one of instances) {
          await one.callAnonymously('get', '/health').expect(200);
          await bearing(one.callAnonymously('post', '/memory/conversations')).send(aMessage()).expect(201);
        }
        for (const one of instances) {
          const { body } = await bearing(one.callAnonymously('get', '/memory/conversations')).expect(200);
          expect(body.sessions).toMatchObject([{ messageCount: instances.length }]);
        }
        const applied = await empty.query('select name from memory_migrations');
        expect(new Set(applied.map(({ name }) => name)).size).toBe(applied.length);
      } finally {
        await Promise.all(instances.map((one) => one.destroy()));
      }
      await empty.drop();
    },
  );
});

describe('A row that was edited by hand against the rules', () => {
  it('is answered as it lies, and fails nothing', async () => {
    const hand = await startOn(database.url);
    await hand.call('post', '/memory/events').send(anEvent()).expect(201);
    await database.query(
      `update events set timestamp = 'yesterday', severity = 'odd', type = 'what', source = 'nobody', details = '{cut'
        where id = (select max(id) from events)`,
    );
    const authorization = `Bearer ${hand.token}`;
    const answer = await request(hand.url)
      .get('/api/memory/events?limit=1')
      .set('Authorization', authorization);
    expect(answer.status).toBe(200);
    const odd = { timestamp: 'yesterday', severity: 'odd', type: 'what', source: 'nobody', details: '{cut' };
    expect(answer.body.events).toMatchObject([odd]);
    await hand.call('get', '/memory/events?severity=info').expect(200);
  });
});
