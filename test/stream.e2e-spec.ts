import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuthService } from '../src/auth/index.js';
import { Database } from '../src/database/index.js';
import { aKey } from './factories/keys.js';
import { aLargeSnapshot, aMessage, anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { EventStream, type StreamOptions } from './support/event-stream.js';
import { ask, until } from './support/instances.js';
import { startService, type TestService } from './support/service.js';

describe('The stream of changes', () => {
  let service: TestService;
  const open: EventStream[] = [];
  beforeAll(async () => {
    service = await startService();
    // What is known of the time before the start has been told by then.
    await save();
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.cut();
  });
  afterAll(() => service.destroy());

  async function listen(query = '', options: StreamOptions = {}): Promise<EventStream> {
    const stream = await EventStream.open(service, query, options);
    open.push(stream);
    return stream;
  }

  async function save(parts = {}): Promise<number> {
    const { body } = await service.call('post', '/memory/events').send(anEvent(parts)).expect(201);
    return (body as { event: { id: number } }).event.id;
  }

  const saveMany = (count: number, parts = {}): Promise<unknown> =>
    service
      .call('post', '/memory/events/batch')
      .send({ events: Array.from({ length: count }, () => anEvent(parts)) })
      .expect(201);

  it('is what the specification of server-sent events says, with an id on data and on nothing else', async () => {
    const stream = await listen();
    expect(stream.status).toBe(200);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const id = await save({ details: { 'line\\nend': 'a\\r\\nb' } });
    const [event] = await stream.until(1);
    const { body } = await service.call('get', `/memory/events/${id}`).expect(200);
    expect(JSON.parse(event!.data)).toEqual((body as { event: unknown }).event);
    expect(event).toMatchObject({
      event: 'event.saved',
      id: expect.stringMatching(/^[0-9a-f]{32}\.\d+\.1$/),
    });
    expect(stream.text.match(/^id: /gm)).toHaveLength(1);
    expect(stream.retries).toHaveLength(1);
  });

  it('brings documents to the letter', async () => {
    const stream = await listen('?topic=events');
    const details = '{"a":[1.0,2e3],"101":1,"1":12345678901234567890}';
    const body = `{"type":"alert","source":"monitor","summary":"x","details":${details}}`;
    await service
      .call('post', '/memory/events')
      .set('Content-Type', 'application/json')
      .send(body)
      .expect(201);
    const [event] = await stream.until(1);
    expect(event!.data).toContain(`"details":${details}`);
  });

  it('goes on where it was cut, by header or parameter, with the header before the parameter', async () => {
    const first = await listen();
    await saveMany(5);
    const all = [...(await first.until(5))];
    first.cut();
    await save();
    const again = await listen('', { lastEventId: all[2]!.id });
    expect((await again.until(3)).slice(0, 2)).toEqual(all.slice(3));
    const other = await listen(`?after=${all[0]!.id!}`, { lastEventId: all[3]!.id });
    expect((await other.until(2))[0]).toEqual(all[4]);
    const third = await listen(`?after=${all[0]!.id!}`);
    expect((await third.until(5)).slice(0, 4)).toEqual(all.slice(1));
  });

  it('loses nothing between what it reads and what it waits for', async () => {
    const writer = await listen();
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) await save();
    })();
    const streams: EventStream[] = [];
    for (let n = 0; n < 15; n++) {
      streams.push(await listen('', { lastEventId: writer.events.at(-1)?.id }));
      await sleep(7);
    }
    over.abort();
    await writing;
    await until(() => streams.every((one) => one.events.at(-1)?.id === writer.events.at(-1)?.id));
    for (const stream of streams) {
      const from = writer.events.findIndex(({ id }) => id === stream.events[0]?.id);
      expect(stream.events).toEqual(writer.events.slice(from));
    }
  });

  it.each([
    ['text', 'not an id', 'not_a_position'],
    ['10 KB', 'x'.repeat(10_000), 'not_a_position'],
    ['an id of another database', `${'f'.repeat(32)}.5.1`, 'other_identity'],
    ['an id with an absurd number', `${'f'.repeat(32)}.99999999999999999999.1`, 'not_a_position'],
  ])('begins with a resync after %s, and then goes on', async (_, lastEventId, reason) => {
    const stream = await listen('', { lastEventId });
    const [resync] = await stream.until(1);
    expect([resync!.event, JSON.parse(resync!.data)]).toEqual(['resync', { reason }]);
    await save();
    expect((await stream.until(2))[1]!.event).toBe('event.saved');
    const again = await listen('', { lastEventId: resync!.id });
    expect((await again.until(1))[0]).toEqual(stream.events[1]);
  });

  it('begins with a resync after a place in the future', async () => {
    const { identity, position } = service.app.get(Database).changes.known;
    const stream = await listen(`?after=${identity}.${position + 2}.0`);
    expect(JSON.parse((await stream.until(1))[0]!.data)).toEqual({ reason: 'in_future' });
  });

  it('has the filters of the lists, and nothing where nothing fits', async () => {
    const none = await listen('?node=pve9&topic=conversations');
    const some = await listen('?node=pve1&node=pve2&minSeverity=error');
    const topics = await listen('?topic=preferences&topic=conversations');
    await save({ node: 'pve1', severity: 'warning' });
    const wanted = await save({ node: 'pve2', severity: 'critical' });
    await service.call('post', '/memory/conversations').send(aMessage()).expect(201);
    await service.call('put', '/memory/preferences/a').send({ value: 1 }).expect(200);
    await topics.until(2);
    expect(topics.types).toEqual(['message.saved', 'preference.changed']);
    await some.until(1);
    expect(some.rows.map(({ id }) => id)).toEqual([wanted]);
    expect(none.events).toEqual([]);
  });

  it('never tells of keys and tokens', async () => {
    const stream = await listen();
    await aKey(service, 'reader');
    await save();
    await stream.until(1);
    expect(stream.types).toEqual(['event.saved']);
  });

  it.each([
    ['topic=access', 'topic'],
    ['after=', 'after'],
    ['after=x', 'after'],
    ['severity=bad', 'severity'],
    ['limit=5', 'limit'],
    ['since=yesterday', 'since'],
  ])('refuses %s', async (query, field) => {
    const { body } = await service.call('get', `/memory/stream?${query}`).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  it('is for those who may read', async () => {
    await service.callAnonymously('get', '/memory/stream').expect(401);
    const { secret: ingest } = await aKey(service, 'ingest');
    await service.callAnonymously('get', '/memory/stream').set('X-API-Key', ingest).expect(403);
    const reader = await EventStream.open(service, '', { token: (await aKey(service, 'reader')).secret });
    expect(reader.status).toBe(200);
    reader.cut();
  });

  it('answers HEAD without a stream', async () => {
    const { status } = await ask(service, 'HEAD', '/memory/stream');
    expect(status).toBe(200);
  });

  it('is at most ten writes a second, each of several messages', async () => {
    const stream = await listen();
    const begun = performance.now();
    for (let n = 0; n < 100; n++) await save();
    await stream.until(100);
    const seconds = (performance.now() - begun) / 1000;
    // One more for the beginning and the opening; and what is one write may come in pieces.
    expect(stream.pieces).toBeLessThanOrEqual(seconds * 10 + 10);
  });

  it('lets 20 of one caller and address listen, and then says when to come again', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen()));
    const { body, headers } = await service.call('get', '/memory/stream').expect(503);
    expectProblem(body, 'too_many_streams');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    // Others are not concerned.
    const other = await EventStream.open(service, '', { token: (await aKey(service, 'reader')).secret });
    expect(other.status).toBe(200);
    other.cut();
    streams[0]!.cut();
    await until(async () => (await listen()).status === 200);
  });

  it('is of 200 at most, and gives their places back', async () => {
    const keys = await Promise.all(Array.from({ length: 11 }, () => aKey(service, 'reader')));
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, n) => listen('', { token: keys[n % keys.length]!.secret })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(200);
    expect(statuses.filter((status) => status === 503)).toHaveLength(100);
    const health = await service.callAnonymously('get', '/health').expect(200);
    expect((health.body as { components: Record<string, unknown> }).components['streams']).toMatchObject({
      state: 'degraded',
    });
    const metrics = await service.call('get', '/metrics').expect(200);
    expect(metrics.text).toContain('jarvis_memory_streams 200');
    for (const stream of answers) stream.cut();
    await until(async () => (await service.call('get', '/metrics')).text.includes('jarvis_memory_streams 0'));
  });

  it('brings what is larger than all that may wait', async () => {
    const stream = await listen('?topic=snapshots');
    const snapshot = aLargeSnapshot(4);
    await service.call('post', '/memory/snapshots').send({ snapshot }).expect(201);
    await stream.until(1);
    expect(stream.rows[0]).toMatchObject({ snapshot });
  });

  it('ends where a credential ends, within a heartbeat, and else goes on', async () => {
    jest.useFakeTimers({ advanceTimers: true, doNotFake: ['performance', 'nextTick', 'setImmediate'] });
    try {
      const { token } = await service.app.get(AuthService, { strict: false }).issueToken();
      const kept = await listen();
      const revoked = await listen('', { token });
      await service
        .callAnonymously('post', '/auth/logout')
        .set('Authorization', `Bearer ${token}`)
        .expect(204);
      await jest.advanceTimersByTimeAsync(15_000);
      await revoked.closed();
      expect(revoked.retries).toHaveLength(2);
      await until(() => kept.comments.length > 0);
      expect(kept.isClosed).toBe(false);
      const again = await EventStream.open(service, '', { token });
      expect(again.status).toBe(401);
    } finally {
      jest.useRealTimers();
    }
  });

  it('goes on after the database could not be read for a moment', async () => {
    const stream = await listen();
    const { feed } = service.app.get(Database).engine.serving!;
    const read = jest.spyOn(feed, 'changesAfter').mockImplementation(() => {
      throw new Error('no disk');
    });
    const id = await save();
    await until(() => read.mock.calls.length > 0);
    read.mockRestore();
    await until(() => stream.rows.length > 0);
    expect(stream.rows.map((row) => row.id)).toEqual([id]);
  });

  it('goes on over a restart, and ends within a second of the stop', async () => {
    const own = await startService();
    const stream = await EventStream.open(own);
    const { body } = await own.call('post', '/memory/events').send(anEvent()).expect(201);
    await until(() => stream.rows.length > 0);
    const begun = performance.now();
    const stopped = own.stop();
    await stream.closed();
    expect(performance.now() - begun).toBeLessThan(1000);
    expect(stream.retries).toHaveLength(2);
    await stopped;
    const next = await startService({ folder: own.folder });
    const saved = await next.call('post', '/memory/events').send(anEvent()).expect(201);
    const again = await EventStream.open(next, '', { lastEventId: stream.events.at(-1)!.id });
    await until(() => again.rows.length > 0);
    expect(again.rows).toEqual([(saved.body as { event: unknown }).event]);
    expect((body as { event: unknown }).event).toEqual(stream.rows[0]);
    again.cut();
    await next.destroy();
  });
});
