import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import { anEvent } from '../factories/index.js';
import { until } from '../support/instances.js';
import { isThere, where } from '../support/installed.js';
import { startNginx, type Nginx } from '../support/nginx.js';
import { startService, type TestService } from '../support/service.js';
import { Dashboards, endOf, heardBy, outcomeOf } from '../support/sockets.js';

const [throughNginx, name] = where(isThere('nginx', '-v'), 'Through nginx', 'nginx is not installed');

/** What an administrator may have set for other services: whole answers are collected first. */
const COLLECTS = `
  proxy_buffering on;
  proxy_ignore_headers X-Accel-Buffering;
  proxy_buffer_size 64k;
  proxy_buffers 16 1m;
  proxy_busy_buffers_size 2m;
  gzip_types *;
  gzip_min_length 1;`;
/** A minute is nginx's own; the test is not to take as long. A heartbeat comes every 15 seconds. */
const IMPATIENT = 'proxy_read_timeout 20s;';
const WEBSOCKET = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";`;

interface Told {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: Record<string, unknown>;
}

throughNginx(name, () => {
  let service: TestService;
  const proxies: Nginx[] = [];
  const leaving: AbortController[] = [];

  beforeAll(async () => {
    service = await startService({ environment: { TRUST_PROXY: 'loopback' } });
  });
  afterEach(async () => {
    for (const controller of leaving.splice(0)) controller.abort();
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });
  afterAll(() => service.destroy());

  const proxyWith = async (location?: string): Promise<Nginx> => {
    const proxy = await startNginx(service.url, location);
    proxies.push(proxy);
    return proxy;
  };

  const save = async (summary: string): Promise<number> => {
    const { body } = await service.call('post', '/memory/events').send(anEvent({ summary })).expect(201);
    return body.event.id as number;
  };

  /** Follows the stream until the test ends. */
  async function follow(
    url: string,
    headers: Record<string, string> = {},
  ): Promise<{ told: Told[]; bytes: () => number }> {
    const controller = new AbortController();
    leaving.push(controller);
    const told: Told[] = [];
    let bytes = 0;
    const parser = createParser({
      onEvent: ({ id, event, data }) => told.push({ id, event, data: JSON.parse(data) }),
    });
    const begun = fetch(`${url}/api/memory/stream`, {
      headers: { authorization: `Bearer ${service.token}`, ...headers },
      signal: controller.signal,
    }).then(async ({ body }) => {
      const decoder = new TextDecoder();
      for await (const chunk of body!) {
        bytes += (chunk as Uint8Array).length;
        parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      }
    });
    begun.catch(() => undefined);
    await sleep(300);
    return { told, bytes: () => bytes };
  }

  it('with its defaults the stream comes at once, and goes on where the line broke', async () => {
    const { url } = await proxyWith();
    const { told } = await follow(url);
    const ids = [await save('first'), await save('second')];
    await until(() => told.length === 2);
    expect(told.map(({ event, data }) => [event, data['id']])).toEqual(ids.map((id) => ['event.saved', id]));
    leaving.splice(0).forEach((controller) => {
      controller.abort();
    });
    const missed = await save('while nobody listened');
    const again = await follow(url, { 'last-event-id': told[1]!.id! });
    await until(() => again.told.length === 1);
    expect(again.told[0]!.data['id']).toBe(missed);
  });

  it('the service hears that a client has gone', async () => {
    const { url } = await proxyWith();
    const open = async (): Promise<number> => {
      const { text } = await service.call('get', '/metrics').expect(200);
      return Number(/^jarvis_memory_streams (\d+)$/m.exec(text)?.[1]);
    };
    await follow(url);
    expect(await open()).toBe(1);
    leaving.splice(0).forEach((controller) => {
      controller.abort();
    });
    await until(async () => (await open()) === 0);
  });

  it('the heartbeat keeps a quiet stream open', async () => {
    const { url } = await proxyWith(IMPATIENT);
    const { told } = await follow(url);
    await sleep(45_000);
    const id = await save('after a long silence');
    await until(() => told.length > 0);
    expect(told.map(({ data }) => data['id'])).toEqual([id]);
  }, 90_000);

  it('that collects answers the stream is silent, and the long poll tells the same', async () => {
    const { url } = await proxyWith(COLLECTS);
    const stream = await follow(url, { 'accept-encoding': 'gzip' });
    const poll = async (after: string, wait: number): Promise<{ changes: Told[]; next: string }> => {
      const query = new URLSearchParams({ wait: String(wait), ...(after !== '' && { after }) });
      const headers = { authorization: `Bearer ${service.token}` };
      const answer = await fetch(`${url}/api/memory/changes?${query.toString()}`, { headers });
      expect(answer.status).toBe(200);
      return (await answer.json()) as { changes: Told[]; next: string };
    };
    const { next } = await poll('', 0);
    const waiting = poll(next, 25);
    await sleep(500);
    const begun = performance.now();
    const id = await save('through a proxy that collects');
    const { changes, next: further } = await waiting;
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(changes.map(({ data }) => data['id'])).toEqual([id]);
    expect(await poll(further, 0)).toEqual({ changes: [], next: expect.any(String) });
    expect([stream.told, stream.bytes()]).toEqual([[], 0]);
  }, 60_000);

  describe('the first dashboard', () => {
    const dashboards = new Dashboards();
    afterEach(() => {
      dashboards.withdraw();
    });

    const join = async (url: string): Promise<ReturnType<Dashboards['make']>> => {
      const dashboard = dashboards.make({ url }, '/events', {
        auth: { token: service.token },
        reconnection: true,
        reconnectionDelay: 50,
      });
      expect(await outcomeOf(dashboard)).toBe('connected');
      return dashboard;
    };

    it('works with its defaults, by polling', async () => {
      const dashboard = await join((await proxyWith()).url);
      const heard = heardBy(dashboard);
      const id = String(await save('polled'));
      await until(() => heard.length > 0);
      expect(heard.map((event) => event.id)).toEqual([id]);
      expect(dashboard.io.engine.transport.name).toBe('polling');
    });

    it('works where WebSocket is handed on, and hears that the proxy ends', async () => {
      const proxy = await proxyWith(WEBSOCKET);
      const dashboard = await join(proxy.url);
      if (dashboard.io.engine.transport.name !== 'websocket')
        await once(dashboard.io.engine as never, 'upgrade');
      const heard = heardBy(dashboard);
      await save('over a WebSocket');
      await until(() => heard.length === 1);
      const end = endOf(dashboard);
      await proxies.pop()!.stop();
      expect(await end).toBe('transport close');
    });
  });
});
