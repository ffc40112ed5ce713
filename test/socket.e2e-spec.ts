import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rawRequest } from './factories/http.js';
import { aMessage, anEvent } from './factories/index.js';
import { aKey } from './factories/keys.js';
import { RawSocket } from './factories/raw-socket.js';
import { Database } from '../src/database/index.js';
import { ask, startInstances, until } from './support/instances.js';
import { scrape } from './support/metrics.js';
import { PASSWORD, startService, type TestService } from './support/service.js';
import {
  Dashboards,
  endOf,
  HANDSHAKE,
  heardBy,
  LAZY,
  outcomeOf,
  TRANSPORTS,
  UPGRADE,
} from './support/sockets.js';

const DASHBOARD = 'http://dashboard.lan:3000';
const textOf = (...lines: string[]): string => [...lines, '', ''].join('\r\n');

describe('The namespace of the first dashboard', () => {
  let service: TestService;
  const dashboards = new Dashboards();

  beforeAll(async () => {
    service = await startService({ environment: { CORS_ORIGINS: DASHBOARD } });
  });
  afterEach(() => {
    dashboards.withdraw();
  });
  afterAll(() => service.destroy());

  const outcome = (namespace: string, options: object): Promise<string> =>
    outcomeOf(dashboards.make(service, namespace, options));

  describe.each(TRANSPORTS)('by %s', (transport) => {
    const transports = [transport];

    it.each([
      ['none', {}],
      ['an empty one', { token: '' }],
      ['a number', { token: 7 }],
      ['an object', { token: { token: 'a' } }],
    ])('asks for a token where there is %s', async (_, auth) => {
      expect(await outcome('/events', { transports, auth })).toBe('Authentication required');
    });

    it.each([['wrong'], ['eyJhbGciOiJub25lIn0.e30.'], ['x'.repeat(8000)], ['jm_' + 'a'.repeat(43)]])(
      'refuses a token that is not valid: %.10s',
      async (token) => {
        expect(await outcome('/events', { transports, auth: { token } })).toBe('Invalid or expired token');
      },
    );

    it('lets the token of the owner in, and the keys of those who may read', async () => {
      const { secret: reader } = await aKey(service, 'reader');
      const { secret: writer } = await aKey(service, 'writer');
      for (const token of [service.token, reader, writer]) {
        expect(await outcome('/events', { transports, auth: { token } })).toBe('connected');
      }
    });

    it('says which role it needs, in words that do not end the session of the dashboard', async () => {
      const { secret: token } = await aKey(service, 'ingest');
      const message = await outcome('/events', { transports, auth: { token } });
      expect(message).toBe('This needs the role reader or writer or operator. Yours is ingest.');
      expect(message).not.toMatch(/token|expired|unauthorized/i);
    });

    it.each(['', '/chat', '/cluster'])('is the only one: not "%s"', async (namespace) => {
      const auth = { token: service.token };
      expect(await outcome(namespace, { transports, auth })).toBe('Invalid namespace');
    });

    it('ignores what a client says', async () => {
      const dashboard = await dashboards.join(service, { transports });
      dashboard.emit('event', { id: 1 });
      dashboard.emit('subscribe', 'all', Buffer.alloc(100));
      await expect(dashboard.timeout(200).emitWithAck('anything')).rejects.toThrow(/timed out/);
      expect(dashboard.connected).toBe(true);
    });

    it('ends a session that floods, and no other', async () => {
      const [flood, other] = [await dashboards.join(service, { transports }), await dashboards.join(service)];
      const end = endOf(flood);
      for (let count = 0; count < 200; count++) flood.emit('flood', count);
      expect(await end).toMatch(/^transport/);
      expect(other.connected).toBe(true);
    });

    it('ends a session that sends 5 MB, and no other', async () => {
      const [large, other] = [await dashboards.join(service, { transports }), await dashboards.join(service)];
      const end = endOf(large);
      large.emit('large', 'x'.repeat(5_000_000));
      expect(await end).toMatch(/^transport/);
      expect(other.connected).toBe(true);
      await service.call('get', '/memory/events').expect(200);
    });
  });

  it('changes from polling to WebSocket', async () => {
    const dashboard = await dashboards.join(service);
    if (dashboard.io.engine.transport.name !== 'websocket')
      await once(dashboard.io.engine as never, 'upgrade');
    expect(dashboard.io.engine.transport.name).toBe('websocket');
  });

  it.each(TRANSPORTS)('is for pages of the origins that may call, by %s', async (transport) => {
    const from = (origin: string): object => ({
      transports: [transport],
      auth: { token: service.token },
      extraHeaders: { origin },
    });
    expect(await outcome('/events', from(DASHBOARD))).toBe('connected');
    expect(await outcome('/events', from(service.url))).toBe('connected');
    expect(await outcome('/events', from('http://elsewhere.lan'))).toMatch(/error$/);
    expect(await outcome('/events', from('null'))).toMatch(/error$/);
  });

  it('lets a page read the answers by the same headers as the routes', async () => {
    const headers = { origin: DASHBOARD };
    const { status, headers: sent } = await fetch(service.url + HANDSHAKE, { headers });
    expect(status).toBe(200);
    expect(sent.get('access-control-allow-origin')).toBe(DASHBOARD);
    expect(sent.get('x-content-type-options')).toBe('nosniff');
    expect(sent.get('x-request-id')).not.toBeNull();
    const elsewhere = await fetch(service.url + HANDSHAKE, { headers: { origin: 'http://elsewhere.lan' } });
    expect([elsewhere.status, await elsewhere.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });

  it('is logged and counted as other requests are', async () => {
    await dashboards.join(service, { transports: ['websocket'] });
    expect(
      service.log.some((line) => line.includes('"path":"/socket.io/"') && line.includes('"status":101')),
    );
    const { text } = await service.call('get', '/metrics').expect(200);
    expect(text).toMatch(/http_requests_total\{method="GET",route="\/socket\.io",status="101"\} [1-9]/);
    expect(text).toMatch(/http_requests_total\{method="POST",route="\/socket\.io",status="200"\} [1-9]/);
  });

  it('is no other path, and serves no client', async () => {
    for (const path of ['/socket.io/socket.io.js', '/socket.io/events', '/socket.iox/', '/engine.io/']) {
      const response = await fetch(`${service.url}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
    }
  });

  it('refuses what is none of its protocol', async () => {
    for (const query of [
      '',
      '?EIO=3&transport=polling',
      '?EIO=4&transport=carrier',
      '?EIO=4&transport=polling&sid=x',
    ]) {
      const response = await fetch(`${service.url}/socket.io/${query}`);
      expect([query, response.status]).toEqual([query, 400]);
    }
    const refused = await fetch(service.url + HANDSHAKE, { method: 'DELETE' });
    expect([refused.status, await refused.json()]).toMatchObject([404, { code: 'not_found' }]);
  });

  it('minds no upgrade that is cut in the middle', async () => {
    const session = (await (await fetch(service.url + HANDSHAKE)).text()).slice(1);
    const { sid } = JSON.parse(session) as { sid: string };
    const [line = '', ...more] = UPGRADE;
    for (const lines of [UPGRADE, [line.replace('websocket', `websocket&sid=${sid}`), ...more]]) {
      const socket = await RawSocket.open(service.url);
      socket.send(textOf(...lines));
      await socket.until(/101 Switching Protocols/);
      socket.send(Buffer.from([0x81]));
      socket.close();
    }
    const half = await RawSocket.open(service.url);
    half.send(UPGRADE.slice(0, 4).join('\r\n'));
    half.close();
    await dashboards.join(service);
  });

  it('refuses an upgrade as any other request: by a problem document, on a connection that ends', async () => {
    const socket = await RawSocket.open(service.url);
    socket.send(textOf(...UPGRADE, 'Origin: http://elsewhere.lan'));
    await socket.closed;
    expect(socket.received).toMatch(/^HTTP\/1\.1 403 /);
    expect(socket.received).toMatch(/^Connection: close/m);
    expect(socket.received).toContain('"code":"forbidden"');
  });

  it('puts out within 15 seconds whoever lost the right to listen or never asked, and says why to whoever comes back', async () => {
    const { body } = await service.callAnonymously('post', '/auth/login').send({ password: PASSWORD });
    const expiresAt = Date.now() + 3_600_000;
    const keys = [
      await aKey(service, 'reader'),
      await aKey(service, 'reader', new Date(expiresAt).toISOString()),
    ] as const;
    const tokens = [body.token as string, ...keys.map(({ secret }) => secret)];
    const out = await Promise.all(
      tokens.map((token) => dashboards.join(service, { auth: { token }, reconnection: true })),
    );
    const stays = await dashboards.join(service);
    const silent = await RawSocket.open(service.url);
    silent.send(textOf(...UPGRADE));
    const begun = performance.now();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(expiresAt);
    const messages = Promise.all(
      out.map(async (dashboard) => [await endOf(dashboard), await outcomeOf(dashboard)]),
    );
    await service.call('delete', `/auth/keys/${keys[0].id}`).expect(204);
    const headers = { authorization: `Bearer ${tokens[0] ?? ''}` };
    expect((await fetch(`${service.url}/api/auth/logout`, { method: 'POST', headers })).status).toBe(204);
    for (const message of await messages) {
      expect(message).toEqual(['transport close', 'Invalid or expired token']);
    }
    clock.mockRestore();
    await silent.closed;
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(stays.connected).toBe(true);
  }, 30_000);
});

describe('A saved event', () => {
  let service: TestService;
  const dashboards = new Dashboards();

  beforeAll(async () => {
    service = await startService();
  });
  afterEach(() => {
    dashboards.withdraw();
  });
  afterAll(() => service.destroy());

  const save = async (summary: string, details?: object): Promise<string> => {
    const event = anEvent({ summary, node: 'pve2', severity: 'warning', details });
    const { body } = await service.call('post', '/memory/events').send(event).expect(201);
    return String(body.event.id);
  };

  it.each(TRANSPORTS)('reaches everybody in order, as the list shows it, by %s', async (transport) => {
    const [first, second] = [
      await dashboards.join(service, { transports: [transport] }),
      await dashboards.join(service),
    ];
    const [heard, alsoHeard] = [heardBy(first), heardBy(second)];
    const ids = [
      await save('[Monitor] pve2: offline'),
      await save('Disk full', { message: '91 % of local' }),
    ];
    const batch = {
      events: Array.from({ length: 40 }, (_, index) => anEvent({ summary: `event ${index}` })),
    };
    const { body } = await service.call('post', '/memory/events/batch').send(batch).expect(201);
    ids.push(...(body.events as { id: number }[]).map(({ id }) => String(id)));
    await until(() => heard.length >= ids.length && alsoHeard.length >= ids.length);
    expect(heard.map(({ id }) => id)).toEqual(ids);
    expect(alsoHeard).toEqual(heard);
    expect(heard[0]).toEqual({
      id: ids[0],
      type: 'alert',
      severity: 'warning',
      title: 'pve2',
      message: 'offline',
      node: 'pve2',
      source: 'monitor',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      resolvedAt: null,
    });
    expect(heard[1]).toMatchObject({ title: 'Disk full', message: '91 % of local' });
  });

  it('comes once: that it was resolved shows in the list, as do other kinds of change', async () => {
    const heard = heardBy(await dashboards.join(service));
    const id = await save('one');
    await until(() => heard.length === 1);
    await service.call('post', `/memory/events/${id}/resolve`).send({ resolvedBy: 'user' }).expect(200);
    await service.call('put', '/memory/preferences/colour').send({ value: 'red' }).expect(200);
    await service.call('post', '/memory/conversations').send(aMessage()).expect(201);
    const last = await save('two');
    await until(() => heard.length > 1);
    expect(heard.map((event) => event.id)).toEqual([id, last]);
  });

  it("is nobody's business where nobody listens, and everybody's who came back", async () => {
    const leaving = await dashboards.join(service);
    leaving.disconnect();
    await save('unheard');
    const heard = heardBy(await dashboards.join(service));
    const id = await save('heard');
    await until(() => heard.length > 0);
    expect(heard.map((event) => event.id)).toEqual([id]);
  });

  it('that nobody can name makes the clients come back, and fetch the list', async () => {
    const dashboard = await dashboards.join(service, { reconnection: true, reconnectionDelay: 10 });
    const end = endOf(dashboard);
    service.app.get(Database).changes.noteUnknown();
    await save('beside it');
    expect(await end).toBe('transport close');
    expect(await outcomeOf(dashboard)).toBe('connected');
  });

  it.each(TRANSPORTS)(
    'cuts off a client that does not keep up, and nobody else, by %s',
    async (transport) => {
      const heard = heardBy(await dashboards.join(service));
      const leave = await LAZY[transport](service);
      const dropped = async (): Promise<number> =>
        (await scrape(service)).get('jarvis_memory_socket_io_dropped_total')!;
      const before = await dropped();
      const events = Array.from({ length: 500 }, () => anEvent({ summary: 'x'.repeat(990) }));
      let saved = 0;
      for (let times = 0; times < 40 && (await dropped()) === before; times++) {
        await service.call('post', '/memory/events/batch').send({ events }).expect(201);
        saved += events.length;
        await until(() => heard.length >= saved);
      }
      expect(await dropped()).toBe(before + 1);
      expect((await scrape(service)).get('jarvis_memory_socket_io_clients')).toBe(1);
      leave();
    },
    60_000,
  );
});

describe('Two instances on one PostgreSQL database', () => {
  it('tell the clients of both what was saved at one of them', async () => {
    const instances = await startInstances();
    const dashboards = new Dashboards();
    const clients = [await dashboards.join(instances.one), await dashboards.join(instances.other)];
    const heard = clients.map(heardBy);
    const ids: string[] = [];
    for (let count = 0; count < 20; count++) {
      const saver = instances.both[count % 2]!;
      const { body } = await ask(saver, 'POST', '/memory/events', { send: anEvent({ summary: `${count}` }) });
      ids.push(String((body['event'] as { id: number }).id));
    }
    await until(() => heard.every(({ length }) => length >= ids.length));
    expect(heard.map((events) => events.map(({ id }) => id))).toEqual([ids, ids]);
    dashboards.withdraw();
    await instances.destroy();
  }, 60_000);
});

describe('Many clients of Socket.IO', () => {
  let service: TestService;
  const dashboards = new Dashboards();

  beforeAll(async () => {
    service = await startService({ environment: { RATE_LIMIT: '1500', TRUST_PROXY: 'loopback' } });
  });
  afterAll(async () => {
    dashboards.withdraw();
    await service.destroy();
  });

  const join = (address: string): Promise<string> => {
    const extraHeaders = { 'x-forwarded-for': address };
    const options = { transports: ['websocket'], auth: { token: service.token }, extraHeaders };
    return outcomeOf(dashboards.make(service, '/events', options));
  };

  it('are at most 50 of one address, and 200 in all; the others are told to wait', async () => {
    const outcomes = new Map<string, number>();
    for (let client = 0; client < 300; client++) {
      const outcome = await join(`192.0.2.${Math.floor(client / 60)}`);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(Object.fromEntries(outcomes)).toEqual({ connected: 200, 'websocket error': 100 });
    const refused = await fetch(service.url + HANDSHAKE);
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'too_many_streams' }]);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    for (const sid of ['&sid=', '&sid=x&sid=']) {
      expect([sid, (await fetch(service.url + HANDSHAKE + sid)).status]).toEqual([sid, 503]);
    }
    dashboards.withdraw();
    await sleep(200);
    expect(await join('192.0.2.1')).toBe('connected');
  }, 60_000);

  it('that shake hands a thousand times in a second hurt nobody else', async () => {
    const handshake = async (): Promise<number> => {
      const headers = { 'x-forwarded-for': '198.51.100.1' };
      return (await rawRequest(service.url, { path: HANDSHAKE, headers })).status;
    };
    const many = Promise.all(Array.from({ length: 2000 }, handshake));
    const own = await service.call('get', '/memory/events').expect(200);
    expect(own.status).toBe(200);
    const statuses = new Set(await many);
    expect(statuses).toEqual(new Set([200, 503, 429]));
  }, 30_000);
});

describe('An answer to a request that asks for another protocol', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ environment: { MAX_CONNECTIONS_PER_ADDRESS: '1' } });
  });
  afterAll(() => service.destroy());

  it('is the usual one, as to clients that would like HTTP/2', async () => {
    const wish = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'];
    const body = JSON.stringify(anEvent({ summary: 'Ünder way' }));
    const socket = await RawSocket.open(service.url, '127.0.0.5');
    socket.send(
      Buffer.from(
        textOf(
          'POST /api/memory/events HTTP/1.1',
          'Host: jarvis',
          `Authorization: Bearer ${service.token}`,
          'Content-Type: application/json',
          `Content-Length: ${Buffer.byteLength(body)}`,
          ...wish,
        ) + body.slice(0, 20),
      ),
    );
    await sleep(50);
    socket.send(body.slice(20));
    await socket.closed;
    expect(socket.received).toMatch(/^HTTP\/1\.1 201 /);
    expect(socket.received).toContain('"summary":"Ünder way"');
    expect(socket.received).toMatch(/^Connection: close/im);
    const websocket = await RawSocket.open(service.url, '127.0.0.5');
    websocket.send(textOf(...UPGRADE).replace('/socket.io/', '/api/memory/events'));
    await websocket.closed;
    expect(websocket.received).toMatch(/^HTTP\/1\.1 401 /);
  });
});

describe('A service that stops', () => {
  it('lets its clients go within a second, so that they come back by themselves', async () => {
    const service = await startService();
    const dashboards = new Dashboards();
    const clients = [
      await dashboards.join(service, { transports: ['polling'] }),
      await dashboards.join(service, { transports: ['websocket'] }),
    ];
    const silent = await RawSocket.open(service.url);
    silent.send(textOf(...UPGRADE));
    await silent.until(/101 Switching Protocols/);
    const ends = Promise.all(clients.map(endOf));
    const begun = performance.now();
    await service.stop();
    expect(performance.now() - begun).toBeLessThan(2500);
    // By polling, a client may be between two polls.
    expect(await ends).toEqual([expect.stringMatching(/^transport (?:close|error)$/), 'transport close']);
    dashboards.withdraw();
    await service.destroy();
  });
});

describe('SOCKET_IO=false', () => {
  it('leaves nothing of it: neither a route nor a change of protocol', async () => {
    const service = await startService({ environment: { SOCKET_IO: 'false' } });
    const response = await fetch(service.url + HANDSHAKE);
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }]);
    const socket = await RawSocket.open(service.url);
    socket.send(textOf(...UPGRADE));
    await socket.until(/\r\n\r\n\{/);
    expect(socket.received).toMatch(/^HTTP\/1\.1 404 /);
    socket.close();
    await service.destroy();
  });
});
