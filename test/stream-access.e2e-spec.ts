import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AuthService } from '../src/auth/index.js';
import { aKey } from './factories/keys.js';
import { anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { EventStream } from './support/event-stream.js';
import { until } from './support/instances.js';
import { startService, type TestService } from './support/service.js';
import { cookieNameAt } from './support/session-cookie.js';

const HEARTBEAT_MS = 15_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('Who listens while time passes', () => {
  let service: TestService;
  const open: EventStream[] = [];
  let begun: number;
  beforeAll(async () => {
    // Once for all: the service may wait for a timer from one test to the next.
    jest.useFakeTimers({ advanceTimers: true, doNotFake: ['performance', 'nextTick', 'setImmediate'] });
    begun = Date.now();
    service = await startService({ environment: { JWT_EXPIRES_IN: '1h' } });
  });
  afterEach(() => {
    for (const stream of open.splice(0)) stream.cut();
    jest.setSystemTime(begun + MINUTE_MS);
  });
  afterAll(async () => {
    await service.destroy();
    jest.useRealTimers();
  });

  async function listen(credential: string | { cookie: string }): Promise<EventStream> {
    const options = typeof credential === 'string' ? { token: credential } : credential;
    const stream = await EventStream.open(service, '', options);
    expect(stream.status).toBe(200);
    open.push(stream);
    return stream;
  }

  async function expectEnded(stream: EventStream): Promise<void> {
    await jest.advanceTimersByTimeAsync(HEARTBEAT_MS);
    await stream.closed();
    expect(stream.retries).toHaveLength(2);
  }

  const issue = async (): Promise<string> =>
    (await service.app.get(AuthService, { strict: false }).issueToken()).token;

  it('is let go with a token that expires, and not before', async () => {
    const stream = await listen(await issue());
    await jest.advanceTimersByTimeAsync(HEARTBEAT_MS);
    await until(() => stream.comments.length > 0);
    expect(stream.isClosed).toBe(false);
    jest.setSystemTime(Date.now() + HOUR_MS);
    await expectEnded(stream);
  });

  it('is let go with a key that is deleted', async () => {
    const key = await aKey(service, 'reader');
    const stream = await listen(key.secret);
    await service.call('delete', `/auth/keys/${key.id}`).expect(204);
    await expectEnded(stream);
  });

  it('is let go with the session of a browser that another tab has ended', async () => {
    const cookie = `${cookieNameAt(service.url)}=${await issue()}`;
    const stream = await listen({ cookie });
    const headers = { cookie, 'sec-fetch-site': 'same-origin' };
    await service.callAnonymously('delete', '/auth/session').set(headers).expect(204);
    await expectEnded(stream);
  });

  it('is let go where a key may no longer read', async () => {
    const key = await aKey(service, 'reader');
    const stream = await listen(key.secret);
    await service.store.run(`UPDATE api_keys SET role = 'ingest' WHERE id = ${key.id}`);
    await expectEnded(stream);
  });

  it('hears in the order of what is committed, also where the clock goes back', async () => {
    const stream = await listen(await issue());
    const ids: number[] = [];
    for (const hours of [0, -1, -1, 1]) {
      jest.setSystemTime(Date.now() + hours * HOUR_MS);
      const { body } = await service.call('post', '/memory/events').send(anEvent()).expect(201);
      ids.push((body as { event: { id: number } }).event.id);
    }
    await until(() => stream.rows.length === ids.length);
    expect(stream.rows.map(({ id }) => id)).toEqual(ids);
  });

  it('gets no answer to a long poll for a credential that ended meanwhile', async () => {
    const token = await issue();
    const answer = fetch(`${service.url}/api/memory/changes?wait=25`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const pending = async (): Promise<boolean> =>
      (await service.call('get', '/metrics')).text.includes('jarvis_memory_stream_seats_taken 1');
    await until(pending);
    await service.callAnonymously('post', '/auth/logout').set('Authorization', `Bearer ${token}`).expect(204);
    // The waiting is on the clock that does not jump.
    // The last test: what the service notes by this clock is in the future afterwards.
    const now = performance.now.bind(performance);
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 30_000);
    try {
      await jest.advanceTimersByTimeAsync(25_000);
      const refused = await answer;
      expect(refused.status).toBe(401);
      expectProblem(await refused.json(), 'unauthorized');
    } finally {
      clock.mockRestore();
    }
  });
});
