import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { READER } from '../src/database/connections.js';
import { anEvent, aMessage, aSnapshot } from './factories/index.js';
import { isOfBackground } from './support/background.js';
import { isOnPostgres, itOnPostgres, itOnSqlite, itWithTriggers } from './support/engine.js';
import { startService, type TestService } from './support/service.js';

/** A trigger by which a write to one topic changes another. */
const UPSERT = `INSERT INTO preferences VALUES ('last', NEW.summary, NEW.timestamp)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
const REMEMBERING = isOnPostgres
  ? [
      `CREATE FUNCTION remember_last() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${UPSERT}; RETURN NULL; END $$`,
      'CREATE TRIGGER remember_last AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION remember_last()',
    ]
  : [`CREATE TRIGGER remember_last AFTER INSERT ON events BEGIN ${UPSERT}; END`];

const PATHS = {
  events: [
    '/memory/events',
    '/memory/events?type=alert&limit=1',
    '/memory/events/unresolved',
    '/memory/events/1',
  ],
  conversations: ['/memory/conversations', '/memory/conversations/chat-1'],
  snapshots: ['/memory/snapshots', '/memory/snapshots?view=meta', '/memory/snapshots/latest'],
  preferences: ['/memory/preferences', '/memory/preferences/ui.theme'],
};

describe('Polling with ETag and If-None-Match', () => {
  let service: TestService;

  const write: Record<keyof typeof PATHS, () => Promise<unknown>> = {
    events: async () => service.call('post', '/memory/events').send(anEvent()).expect(201),
    conversations: async () => service.call('post', '/memory/conversations').send(aMessage()).expect(201),
    snapshots: async () =>
      service.call('post', '/memory/snapshots').send({ snapshot: aSnapshot() }).expect(201),
    preferences: async () =>
      service.call('put', '/memory/preferences/ui.theme').send({ value: 'dark' }).expect(200),
  };
  const tagOf = async (path: string): Promise<string> => {
    const { headers } = await service.call('get', path).expect(200);
    expect(headers['cache-control']).toBe('private, no-cache');
    return headers['etag']!;
  };
  const poll = (path: string, tag: string) => service.call('get', path).set('If-None-Match', tag);

  beforeAll(async () => {
    service = await startService();
    for (const one of Object.values(write)) await one();
  });
  afterAll(() => service.destroy());

  const cases = Object.entries(PATHS).flatMap(([topic, paths]) => paths.map((path) => ({ topic, path })));

  it.each(cases)(
    'answers 304 to $path until $topic are written, then 200 with another tag',
    async ({ topic, path }) => {
      const tag = await tagOf(path);
      await poll(path, tag).expect(304);
      await write[topic as keyof typeof PATHS]();
      const { headers } = await poll(path, tag).expect(200);
      expect(headers['etag']).not.toBe(tag);
      await poll(path, headers['etag']!).expect(304);
    },
  );

  it('runs no query while nothing was written, neither for a 304 nor for another caller', async () => {
    const tag = await tagOf('/memory/events');
    const first = await service.call('get', '/memory/events').expect(200);
    const reader = service.app.get<DataSource>(getDataSourceToken(READER));
    const query = jest.spyOn(reader.logger, 'logQuery');
    const asked = () => query.mock.calls.map(([text]) => text).filter((text) => !isOfBackground(text));
    await poll('/memory/events', tag).expect(304);
    const second = await service.call('get', '/memory/events').expect(200);
    expect(asked()).toEqual([]);
    expect(second.text).toBe(first.text);
    await write.events();
    const third = await service.call('get', '/memory/events').expect(200);
    expect(asked()).not.toEqual([]);
    expect(third.body.events).toHaveLength((first.body.events.length as number) + 1);
    query.mockRestore();
  });

  it('keeps the tags of one topic while another is written', async () => {
    const tag = await tagOf('/memory/conversations');
    await write.events();
    await poll('/memory/conversations', tag).expect(304);
  });

  itWithTriggers('notices what another program writes', async () => {
    const tag = await tagOf('/memory/events');
    await service.store.run("UPDATE events SET summary = 'changed by hand' WHERE id = 1");
    await poll('/memory/events', tag).expect(200);
  });

  it('changes the tag on resolving and on deleting', async () => {
    const events = await tagOf('/memory/events/unresolved');
    await service.call('post', '/memory/events/1/resolve').expect(200);
    await poll('/memory/events/unresolved', events).expect(200);
    const sessions = await tagOf('/memory/conversations');
    await service.call('delete', '/memory/conversations/chat-1').expect(204);
    await poll('/memory/conversations', sessions).expect(200);
  });

  it('gives every URL a tag of its own', async () => {
    const tag = await tagOf('/memory/events');
    await poll('/memory/events?limit=1', tag).expect(200);
    await poll('/memory/events?limit=0', tag).expect(400);
  });

  it('leaves problems without a tag', async () => {
    const { headers } = await service.call('get', '/memory/events?limit=0').expect(400);
    expect(headers).not.toHaveProperty('etag');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('asks for a token before it says whether anything is new', async () => {
    const tag = await tagOf('/memory/events');
    await service.callAnonymously('get', '/memory/events').set('If-None-Match', tag).expect(401);
  });

  itOnPostgres('takes the tags of an earlier process for its own, until something is written', async () => {
    const tag = await tagOf('/memory/events');
    await service.stop();
    service = await startService({ folder: service.folder });
    await poll('/memory/events', tag).expect(304);
    await write.events();
    await service.stop();
    service = await startService({ folder: service.folder });
    await poll('/memory/events', tag).expect(200);
  });

  itOnPostgres('says at once what another instance has acknowledged', async () => {
    const other = await startService({ folder: service.folder });
    for (let round = 0; round < 100; round++) {
      const tag = await tagOf('/memory/events');
      const [poller, writer] = round % 2 ? [service, other] : [other, service];
      await writer.call('post', '/memory/events').send(anEvent()).expect(201);
      await poller.call('get', '/memory/events').set('If-None-Match', tag).expect(200);
    }
    await other.stop();
  });

  itOnSqlite('takes no tag of an earlier process for its own', async () => {
    const tag = await tagOf('/memory/events');
    await service.stop();
    service = await startService({ folder: service.folder });
    await poll('/memory/events', tag).expect(200);
  });

  itWithTriggers('takes every tag for old once a trigger of the owner may write anywhere', async () => {
    await service.stop();
    for (const statement of REMEMBERING) await service.store.run(statement);
    service = await startService({ folder: service.folder });
    const tag = await tagOf('/memory/preferences');
    await write.events();
    const { body } = await poll('/memory/preferences', tag).expect(200);
    expect(body.preferences).toContainEqual(expect.objectContaining({ key: 'last' }));
  });
});
