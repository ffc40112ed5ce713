import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/database/index.js';
import { Audience } from '../src/live/index.js';
import { aKey } from './factories/keys.js';
import { aMessage, anEvent, aSnapshot } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { until } from './support/instances.js';
import { startService, type TestService } from './support/service.js';

interface Polled {
  readonly changes: readonly { id: string; type: string; data: Record<string, unknown> }[];
  readonly next: string;
}

const waitingAt = ({ app }: TestService): number => app.get(Audience, { strict: false }).seats.count;

describe('The long poll for changes', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    await save();
  });
  afterAll(() => service.destroy());

  const save = async (count = 1): Promise<unknown> =>
    service
      .call('post', '/memory/events/batch')
      .send({ events: Array.from({ length: count }, () => anEvent()) })
      .expect(201);

  async function poll(query: string): Promise<Polled> {
    const { body, headers } = await service.call('get', `/memory/changes?${query}`).expect(200);
    expect(headers['cache-control']).toBe('no-store');
    return body as Polled;
  }

  it('says at once where the changes stand, and from there on what comes', async () => {
    const start = await poll('wait=0');
    expect(start).toEqual({ changes: [], next: expect.stringMatching(/^[0-9a-f]{32}\.\d+\.0$/) });
    const waiting = poll(`after=${start.next}`);
    await sleep(50);
    await save();
    const { changes, next } = await waiting;
    expect(changes.map(({ type }) => type)).toEqual(['event.saved']);
    expect(await poll(`after=${next}&wait=0`)).toEqual({ changes: [], next });
    expect((await poll(`after=${start.next}&wait=0`)).changes).toEqual(changes);
  });

  it('waits no longer than it is told to, and goes on from the place that it names', async () => {
    const { next } = await poll('wait=0');
    const begun = performance.now();
    const waited = await poll(`after=${next}&wait=1&topic=snapshots`);
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(waited.changes).toEqual([]);
    await save(3);
    const passed = await poll(`after=${next}&wait=0&topic=snapshots`);
    expect(passed.changes).toEqual([]);
    expect(passed.next).not.toBe(next);
  });

  it('gives page after page, with nothing twice and nothing left out', async () => {
    const { next: start } = await poll('wait=0');
    await save(1000);
    await service.call('post', '/memory/conversations').send(aMessage()).expect(201);
    const all = await poll(`after=${start}&wait=0&limit=500`);
    expect(all.changes).toHaveLength(500);
    const ids: unknown[] = [];
    for (let next = start, more = true; more;) {
      const page = await poll(`after=${next}&wait=0&limit=333`);
      ids.push(...page.changes.map(({ id }) => id));
      more = page.changes.length > 0;
      ({ next } = page);
    }
    expect(ids).toHaveLength(1001);
    expect(new Set(ids).size).toBe(1001);
    expect(ids.slice(0, 500)).toEqual(all.changes.map(({ id }) => id));
  });

  it('has the filters of the stream, and its resync', async () => {
    const { identity, position } = service.app.get(Database).changes.known;
    const future = await poll(`after=${identity}.${position + 5}.1&wait=0`);
    expect(future.changes).toMatchObject([{ type: 'resync', data: { reason: 'in_future' } }]);
    expect(future.changes[0]!.id).toBe(future.next);
    const { next } = await poll('wait=0');
    await save();
    await service.call('put', '/memory/preferences/a').send({ value: 'x' }).expect(200);
    const { changes } = await poll(`after=${next}&topic=preferences`);
    expect(changes).toMatchObject([{ type: 'preference.changed', data: { key: 'a', value: 'x' } }]);
  });

  it('ends its answer where it becomes large', async () => {
    const { next } = await poll('wait=0');
    for (let n = 0; n < 4; n++) {
      await service
        .call('post', '/memory/conversations')
        .send(aMessage({ content: 'x'.repeat(700_000) }))
        .expect(201);
    }
    const { changes, next: later } = await poll(`after=${next}`);
    expect(changes).toHaveLength(2);
    expect((await poll(`after=${later}`)).changes).toHaveLength(2);
  });

  it.each([
    ['wait=26', 'wait'],
    ['wait=-1', 'wait'],
    ['wait=1.5', 'wait'],
    ['wait=soon', 'wait'],
    ['limit=0', 'limit'],
    ['limit=501', 'limit'],
    ['after=x', 'after'],
    [`after=${'x'.repeat(5000)}`, 'after'],
    ['topic=keys', 'topic'],
    ['order=asc', 'order'],
  ])('refuses %s', async (query, field) => {
    const { body } = await service.call('get', `/memory/changes?${query.slice(0, 5020)}`).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  it('is counted with the streams, and gives its place back', async () => {
    const { secret } = await aKey(service, 'reader');
    const { next } = await poll('wait=0');
    const ask = (wait: number) =>
      service
        .callAnonymously('get', `/memory/changes?after=${next}&wait=${wait}&topic=snapshots`)
        .set('X-API-Key', secret);
    const waiting = Promise.all(Array.from({ length: 20 }, () => ask(25).expect(200)));
    await until(() => waitingAt(service) === 20);
    const { body } = await ask(0).expect(503);
    expectProblem(body, 'too_many_streams');
    await service.call('post', '/memory/snapshots').send({ snapshot: aSnapshot() }).expect(201);
    await waiting;
    await ask(0).expect(200);
  });

  it('answers at once where the service stops', async () => {
    const own = await startService();
    const waiting = own
      .call('get', '/memory/changes?wait=25')
      .expect(200)
      .then(({ body }) => body as Polled);
    await until(() => waitingAt(own) === 1);
    const begun = performance.now();
    await own.destroy();
    expect((await waiting).changes.every(({ type }) => type === 'resync')).toBe(true);
    expect(performance.now() - begun).toBeLessThan(3000);
  });
});
