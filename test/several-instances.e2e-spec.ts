import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../src/database/index.js';
import { pruneRegularly } from '../src/database/feed/prune-feed.js';
import { NO_CHANGE } from '../src/database/feed/feed-change.js';
import type { Work } from '../src/database/unit.js';
import { aKey } from './factories/keys.js';
import { anEvent } from './factories/index.js';
import { ask, listen, startInstances, until, type Instances } from './support/instances.js';
import { PASSWORD, startService, type TestService } from './support/service.js';
import { expectOneMemory } from './support/storm.js';
import { expectNoTagThatLies } from './support/tags.js';

const TAG_ROUNDS = 500;

describe.each([
  ['PostgreSQL', false],
  ['a server without notifications, locks and triggers', true],
])('Two instances on %s', (_, crippled) => {
  let instances: Instances;
  beforeAll(async () => {
    instances = await startInstances(crippled);
  });
  afterAll(() => instances.destroy());

  it('that start at the same moment are both up, migrated once, and have the same secret', async () => {
    const { database, both } = instances;
    for (const service of both) {
      const { body } = await service.call('get', '/health').expect(200);
      expect(body).toMatchObject({ database: { status: 'up', engine: 'postgres' } });
    }
    const [found] = await database.query(
      'SELECT count(*)::int AS rows, count(DISTINCT name)::int AS names FROM memory_migrations',
    );
    expect(found!['rows']).toBe(found!['names']);
    const read = (service: TestService, { token }: TestService): Promise<{ status: number }> =>
      ask({ url: service.url, token }, 'GET', '/memory/events');
    const [one, other] = both;
    expect([(await read(one, other)).status, (await read(other, one)).status]).toEqual([200, 200]);
  });

  it('write and page at the same time: everything is there once, in one order, and all hear of it', async () => {
    await expectOneMemory(instances, crippled ? 1 : 3);
  });

  it('give the same tag, and none that hides what the other has acknowledged', async () => {
    await expectNoTagThatLies(instances, crippled ? TAG_ROUNDS / 10 : TAG_ROUNDS, 2);
  });

  it('hear of each other, once each and in order', async () => {
    const { one } = instances;
    const [, heard] = await listen(instances);
    const ids: number[] = [];
    for (let count = 0; count < 20; count++) {
      const { body } = await ask(one, 'POST', '/memory/events', { send: anEvent() });
      ids.push((body['event'] as { id: number }).id);
    }
    await until(() => heard.length >= ids.length);
    expect(heard.flatMap((change) => change.ids)).toEqual(ids);
    const positions = heard.map(({ position }) => position);
    expect(positions).toEqual(positions.map((_, index) => positions[0]! + index));
  });

  it('both end what was revoked or deleted on one of them', async () => {
    const { one, other } = instances;
    const statusOf = async (token: string): Promise<number> =>
      (await ask({ url: other.url, token }, 'GET', '/memory/preferences')).status;
    const { body } = await one
      .callAnonymously('post', '/auth/login')
      .send({ password: PASSWORD })
      .expect(200);
    const token = body.token as string;
    expect(await statusOf(token)).toBe(200);
    const logout = ask({ url: one.url, token }, 'POST', '/auth/logout', { send: {} });
    expect((await logout).status).toBe(204);
    await until(async () => (await statusOf(token)) === 401);
    const key = await aKey(one, 'reader');
    await until(async () => (await statusOf(key.secret)) === 200);
    await one.call('delete', `/auth/keys/${key.id}`).expect(204);
    await until(async () => (await statusOf(key.secret)) === 401);
  });
});

describe('Two instances', () => {
  let instances: Instances;
  beforeAll(async () => {
    instances = await startInstances();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => instances.destroy());

  it('hear once that another program has written, and say so in their tags at once', async () => {
    const { database, both } = instances;
    const read = (etag?: string) =>
      both.map((service) => ask(service, 'GET', '/memory/preferences', { etag }));
    const { etag } = (await Promise.all(read()))[0]!;
    const heard = await listen(instances);
    await database.query(
      "INSERT INTO preferences SELECT 'psql-' || n, '1', '2026-01-01T00:00:00.000Z' FROM generate_series(1, 3) n",
    );
    expect((await Promise.all(read(etag))).map(({ status }) => status)).toEqual([200, 200]);
    await until(() => heard.every(({ length }) => length > 0));
    const { body } = await ask(both[0], 'PUT', '/memory/preferences/last', { send: { value: 1 } });
    expect(body).toMatchObject({ preference: { key: 'last' } });
    await until(() => heard.every((some) => some.at(-1)?.topic === 'preferences'));
    for (const some of heard) {
      expect(some.map(({ topic, kind }) => `${topic} ${kind}`)).toEqual(['* unknown', 'preferences upsert']);
    }
  });

  it('prune the feed one at a time', async () => {
    const { database, both } = instances;
    await database.query(`INSERT INTO feed_changes
      SELECT -n, 0, 'events', 'insert', '[]', true, '2020-01-01T00:00:00.000Z' FROM generate_series(0, 12000) n`);
    const interval = jest.spyOn(globalThis, 'setInterval');
    const timers = both.map(({ app }) => {
      const owner = app.get(Database);
      return pruneRegularly(owner.engine.rows, <T>(work: Work<T>) => owner.write<T>(work, NO_CHANGE));
    });
    const runs = interval.mock.calls.slice(-2).map(([run]) => run);
    timers.forEach(clearInterval);
    runs.forEach((run) => {
      run();
    });
    const numberOf = async (query: string): Promise<unknown> => (await database.query(query))[0]?.['number'];
    await until(async () => (await numberOf('SELECT count(*)::int AS number FROM feed_changes')) === 10_000);
    const lease =
      "SELECT fence::int AS number FROM leases WHERE name = 'pruning of the change feed' AND until <= extract(epoch FROM now()) * 1000";
    await until(async () => (await numberOf(lease)) !== undefined);
    expect(await numberOf(lease)).toBe(1);
  });

  it('know a changed password, end the tokens of the one before, and count tries to log in together', async () => {
    const { one, other } = instances;
    const next = 'the password after that one';
    const change = { current: PASSWORD, next };
    expect((await ask(one, 'POST', '/auth/password', { send: change })).status).toBe(204);
    await until(async () => (await ask(other, 'GET', '/memory/events')).status === 401);
    const logIn = async (service: TestService, password: string): Promise<number> =>
      (await ask(service, 'POST', '/auth/login', { send: { password } })).status;
    expect(await logIn(other, next)).toBe(200);
    const wrong: number[] = [];
    for (const service of [one, other, one, other, one]) wrong.push(await logIn(service, PASSWORD));
    expect(wrong).toEqual([401, 401, 401, 401, 401]);
    expect([await logIn(one, next), await logIn(other, next)]).toEqual([429, 429]);
  });
});

describe('An instance whose database a newer version has migrated', () => {
  let instances: Instances;
  beforeAll(async () => {
    instances = await startInstances();
  });
  afterAll(() => instances.destroy());

  it('says so and writes nothing any more; another one does not begin', async () => {
    const { database, one, other } = instances;
    const reason = expect.stringContaining('newer version');
    const save = { send: anEvent() };
    expect((await ask(one, 'POST', '/memory/events', save)).status).toBe(201);
    await database.query(
      `INSERT INTO memory_migrations ("timestamp", name) VALUES (9999999999999, 'Future9999999999999')`,
    );
    for (const service of [one, other]) {
      const answer = await ask(service, 'POST', '/memory/events', save);
      expect([answer.status, answer.body]).toEqual([
        503,
        expect.objectContaining({ code: 'database_unavailable', detail: reason }),
      ]);
      await until(async () => (await ask(service, 'GET', '/health')).status === 503);
      expect((await ask(service, 'GET', '/health')).body).toMatchObject({
        database: { status: 'down', reason },
      });
    }
    expect(await database.query('SELECT count(*)::int AS count FROM events')).toEqual([{ count: 1 }]);
    const late = await startService({ environment: { DATABASE_URL: database.url } });
    expect((await ask(late, 'GET', '/health')).body).toMatchObject({ database: { status: 'down', reason } });
    await late.destroy();
  });
});
