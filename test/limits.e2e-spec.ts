import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { anEvent } from './factories/index.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { expectProblem } from './factories/problem.js';
import { lastAnswer, RawSocket } from './factories/raw-socket.js';
import { PASSWORD, startService, type TestService } from './support/service.js';

const started: TestService[] = [];
const sockets: RawSocket[] = [];

async function start(environment: Record<string, string> = {}): Promise<TestService> {
  const service = await startService({ environment });
  started.push(service);
  return service;
}
async function open(service: TestService): Promise<RawSocket> {
  const socket = await RawSocket.open(service.url);
  sockets.push(socket);
  return socket;
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  for (const service of started.splice(0)) await service.destroy();
});

/** The statuses of that many requests, one after another. */
async function statuses(count: number, request: (index: number) => Promise<RawAnswer>): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await request(index)).status);
  return found;
}

describe('The limit on requests', () => {
  it('refuses what is over it with the seconds to wait', async () => {
    const service = await start({ RATE_LIMIT: '3' });
    for (let count = 0; count < 3; count++) {
      const { headers } = await service.callAnonymously('get', '/problems/not_found').expect(200);
      expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    }
    const { body, headers } = await service.callAnonymously('get', '/problems/not_found').expect(429);
    expectProblem(body, 'too_many_requests');
    const seconds = Number(headers['retry-after']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(headers).toMatchObject({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '0',
      'ratelimit-reset': String(seconds),
      'cache-control': 'no-store',
    });
  });

  it('holds for requests at the same moment as well', async () => {
    const service = await start({ RATE_LIMIT: '10' });
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => rawRequest(service.url, { path: '/api/memory/events' })),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it('counts each address by itself', async () => {
    const service = await start({ RATE_LIMIT: '2' });
    const from = (address: string) => () =>
      rawRequest(service.url, { path: '/api/memory/events', from: address });
    expect(await statuses(3, from('127.0.2.1'))).toEqual([401, 401, 429]);
    expect(await statuses(1, from('127.0.2.2'))).toEqual([401]);
  });

  it('counts whoever has shown a valid token by itself, whatever others at the same address do', async () => {
    const service = await start({ RATE_LIMIT: '5' });
    await service.call('get', '/memory/events').expect(200);
    const anonymous = await statuses(6, () => rawRequest(service.url, { path: '/api/memory/events' }));
    expect(anonymous).toContain(429);
    await service.call('get', '/memory/events').expect(200);
  });

  it('counts a token that is not valid by its address, however many there are', async () => {
    const service = await start({ RATE_LIMIT: '4' });
    const forged = (index: number): Promise<RawAnswer> =>
      rawRequest(service.url, {
        path: '/api/memory/events',
        headers: { Authorization: `Bearer ${service.token}${index}` },
      });
    expect(await statuses(5, forged)).toEqual([401, 401, 401, 401, 429]);
  });

  it('comes before a body is read', async () => {
    const service = await start({ RATE_LIMIT: '1' });
    await service.callAnonymously('get', '/memory/events').expect(401);
    const { status } = await rawRequest(service.url, {
      method: 'POST',
      path: '/api/auth/login',
      headers: { 'Content-Type': 'application/json' },
      body: '{"cut',
    });
    expect(status).toBe(429);
  });

  it('does not keep anybody from asking for health', async () => {
    const service = await start({ RATE_LIMIT: '1' });
    await service.callAnonymously('get', '/memory/events').expect(401);
    for (let count = 0; count < 5; count++) {
      await service.callAnonymously('get', '/health').expect(200);
      await service.callAnonymously('get', '/health/live').expect(200);
    }
    await service.callAnonymously('get', '/memory/events').expect(429);
    expect((await rawRequest(service.url, { path: '/api/health/other' })).status).toBe(429);
  });

  it('is none where it is 0', async () => {
    const service = await start({ RATE_LIMIT: '0' });
    for (let count = 0; count < 20; count++)
      await service.callAnonymously('get', '/memory/events').expect(401);
  });

  it('can be read by a dashboard of another origin', async () => {
    const service = await start({ RATE_LIMIT: '1', CORS_ORIGINS: 'http://dashboard.lan:3000' });
    const headers = { Origin: 'http://dashboard.lan:3000' };
    await rawRequest(service.url, { path: '/api/memory/events', headers });
    const refused = await rawRequest(service.url, { path: '/api/memory/events', headers });
    expect(refused.status).toBe(429);
    expect(refused.headers['access-control-allow-origin']).toBe('http://dashboard.lan:3000');
    expect(refused.headers['access-control-expose-headers']).toMatch(/Retry-After/);
  });
});

describe('The address of a client', () => {
  const asIf = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address });
  const ask = (service: TestService, forwarded: string, from?: string): Promise<RawAnswer> =>
    rawRequest(service.url, { path: '/api/memory/events', headers: asIf(forwarded), from });
  const logIn = (service: TestService, forwarded: string): Promise<RawAnswer> =>
    rawRequest(service.url, {
      method: 'POST',
      path: '/api/auth/login',
      headers: { ...asIf(forwarded), 'Content-Type': 'application/json' },
      body: JSON.stringify({ password: 'wrong' }),
    });

  it('is that of the connection, whatever the client says', async () => {
    const service = await start({ RATE_LIMIT: '4' });
    expect(await statuses(5, (index) => ask(service, `10.0.0.${index}`))).toEqual([401, 401, 401, 401, 429]);
  });

  it('is the one that a proxy names which TRUST_PROXY names', async () => {
    const service = await start({ RATE_LIMIT: '2', TRUST_PROXY: 'loopback' });
    expect(await statuses(3, () => ask(service, '10.0.0.1'))).toEqual([401, 401, 429]);
    expect(await statuses(1, () => ask(service, '10.0.0.2'))).toEqual([401]);
    expect(service.log.join('\n')).toContain('"address":"10.0.0.2"');
  });

  it('is not what stands before that in the header, which the client may have sent', async () => {
    const service = await start({ RATE_LIMIT: '3', TRUST_PROXY: '1' });
    const made = (index: number): Promise<RawAnswer> => ask(service, `10.9.9.${index}, 10.0.0.1`);
    expect(await statuses(4, made)).toEqual([401, 401, 401, 429]);
  });

  it('is not believed from a proxy that TRUST_PROXY does not name', async () => {
    const service = await start({ RATE_LIMIT: '2', TRUST_PROXY: '192.168.77.0/24' });
    expect(await statuses(3, (index) => ask(service, `10.0.0.${index}`))).toEqual([401, 401, 429]);
  });

  it('is what tries to log in are counted by', async () => {
    const service = await start({ TRUST_PROXY: '1' });
    expect(await statuses(6, () => logIn(service, '10.0.0.1'))).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await statuses(1, () => logIn(service, '10.0.0.2'))).toEqual([401]);
  });

  it('is one network where it is IPv6, of which a client may choose the rest', async () => {
    const service = await start({ TRUST_PROXY: '1' });
    const found = await statuses(6, (index) => logIn(service, `2001:db8:1:2::${index}`));
    expect(found).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('may be nonsense, which is taken for one more client', async () => {
    const service = await start({ RATE_LIMIT: '100', TRUST_PROXY: '1' });
    for (const name of ['unknown', ',', ':::::', "'; --", '1.2.3.4:5', 'x'.repeat(5000)]) {
      expect((await ask(service, name)).status).toBe(401);
    }
  });
});

describe('Tries to log in from everywhere', () => {
  it('are a hundred a minute together, and the owner is let in all the same where he logged in before', async () => {
    const service = await start({ TRUST_PROXY: '1' });
    const logInFrom = async (address: string, password: string): Promise<number> => {
      const { status } = await rawRequest(service.url, {
        method: 'POST',
        path: '/api/auth/login',
        headers: { 'X-Forwarded-For': address, 'Content-Type': 'application/json' },
        body: JSON.stringify({ password }),
      });
      return status;
    };
    expect(await logInFrom('10.1.0.1', PASSWORD)).toBe(200);
    const guesses = Array.from({ length: 120 }, (_, index) => logInFrom(`10.2.0.${index}`, 'wrong'));
    const answers = await Promise.all(guesses);
    // One of the hundred was the owner's own first time.
    expect(answers.filter((status) => status === 401)).toHaveLength(99);
    expect(answers.filter((status) => status === 429)).toHaveLength(21);
    expect(await logInFrom('10.3.0.1', PASSWORD)).toBe(429);
    expect(await logInFrom('10.1.0.1', PASSWORD)).toBe(200);
    expect(await logInFrom('127.0.0.1', PASSWORD)).toBe(200);
    await service.call('get', '/memory/events').expect(200);
  });
});

describe('A request that expects', () => {
  it('what nobody knows is answered as if it did not', async () => {
    const service = await start();
    const headers = { Expect: 'the impossible' };
    expect((await rawRequest(service.url, { path: '/api/health/live', headers })).status).toBe(200);
  });
});

describe('A request that does not arrive', () => {
  const HEAD = 'GET /api/health/live HTTP/1.1\r\nHost: jarvis\r\n';

  async function expectAlive(service: TestService): Promise<void> {
    await service.callAnonymously('get', '/health').expect(200);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
  }

  it.each([
    ['headers that come in drops', 'GET /api/health/live HTTP/1.1\r\nHost: jarvis\r\nX-Slow: '],
    ['a first line that comes in drops', 'GET /api/'],
    ['nothing at all', ''],
  ])('for %s is 408, and the connection is closed', async (_, beginning) => {
    const service = await start({ REQUEST_TIMEOUT: '1s' });
    const socket = await open(service);
    socket.send(beginning);
    if (beginning !== '') void socket.drip('x'.repeat(500), 50);
    await socket.closed;
    const { status, headers, body } = lastAnswer(socket.received);
    expect(status).toBe(408);
    expect(headers).toMatch(/^Connection: close$/m);
    expect(headers).toMatch(/^Content-Type: application\/problem\+json/m);
    expectProblem(body, 'request_timeout');
    expect(headers).toContain(`X-Request-Id: ${(body as { requestId: string }).requestId}`);
    await expectAlive(service);
  });

  it('for a body that comes in drops is 408, and nothing is saved', async () => {
    const service = await start({ REQUEST_TIMEOUT: '1s' });
    const socket = await open(service);
    const body = JSON.stringify(anEvent());
    socket.send(
      `POST /api/memory/events HTTP/1.1\r\nHost: jarvis\r\nAuthorization: Bearer ${service.token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    );
    void socket.drip(body.slice(10), 200);
    await socket.closed;
    expectProblem(lastAnswer(socket.received).body, 'request_timeout');
    expect((await service.call('get', '/memory/events').expect(200)).body.events).toEqual([]);
    await expectAlive(service);
    const lines = service.log.filter((line) => line.includes('"method":"POST"') && line.includes('cutOff'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"status":408');
  });

  it('for a body that is given up half-way saves nothing', async () => {
    const service = await start();
    const socket = await open(service);
    socket.send(
      `POST /api/memory/events HTTP/1.1\r\nHost: jarvis\r\nAuthorization: Bearer ${service.token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"type":"alert"`,
    );
    await new Promise((sent) => setTimeout(sent, 50));
    socket.close();
    await expectAlive(service);
    expect((await service.call('get', '/memory/events').expect(200)).body.events).toHaveLength(1);
  });

  it.each([
    ['what is no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed_request'],
    ['a text', 'please let me in\r\n\r\n', 400, 'malformed_request'],
    ['a header without a name', `${HEAD}: nameless\r\n\r\n`, 400, 'malformed_request'],
    [
      'a request without a host',
      'GET /api/health/live HTTP/1.1\r\nConnection: close\r\n\r\n',
      400,
      'malformed_request',
    ],
    ['a NUL in a header', `${HEAD}X-Nul: a\0b\r\n\r\n`, 400, 'malformed_request'],
    [
      'a request with two hosts',
      'GET /api/health/live HTTP/1.1\r\nHost: jarvis\r\nConnection: close\r\nhost: other\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'two lengths that differ',
      `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
      400,
      'malformed_request',
    ],
    [
      'a length and chunks (request smuggling)',
      'POST /api/auth/login HTTP/1.1\r\nHost: jarvis\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed_request',
    ],
    ['17 KB of headers', `${HEAD}X-Large: ${'x'.repeat(17_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ] as const)('because it is %s is refused, and the connection is closed', async (_, bytes, status, code) => {
    const service = await start();
    const socket = await open(service);
    socket.send(Buffer.from(bytes, 'latin1'));
    await socket.closed;
    const answer = lastAnswer(socket.received);
    expect(answer.status).toBe(status);
    expectProblem(answer.body, code);
    await expectAlive(service);
  });

  it('because of 300 headers is refused, so that none is left out unnoticed', async () => {
    const service = await start();
    const headers = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`X-${index}`, '1']));
    const answer = await rawRequest(service.url, { path: '/api/memory/events', headers });
    expect(answer.status).toBe(431);
    expectProblem(answer.body, 'headers_too_large');
  });

  it('among others on one connection does not harm those before it', async () => {
    const service = await start();
    const socket = await open(service);
    socket.send(`${HEAD}\r\n`);
    await socket.until(/"up"\}/);
    socket.send('garbage\r\n\r\n');
    await socket.closed;
    expect(socket.received).toMatch(/^HTTP\/1\.1 200 OK[^]*"up"\}HTTP\/1\.1 400/);
    const pipelined = await open(service);
    pipelined.send(`${`${HEAD}\r\n`.repeat(5)}garbage\r\n\r\n${`${HEAD}\r\n`.repeat(5)}`);
    await pipelined.closed;
    expect(pipelined.received.match(/HTTP\/1\.1 200/g)?.length ?? 0).toBeLessThanOrEqual(5);
    await expectAlive(service);
  });
});

describe('The limit on connections', () => {
  it('closes those that are over it, and lets others in when there is room again', async () => {
    const service = await start({ MAX_CONNECTIONS: '5' });
    const idle = await Promise.all(Array.from({ length: 5 }, () => open(service)));
    const live = 'GET /api/health/live HTTP/1.1\r\nHost: jarvis\r\n\r\n';
    for (const socket of idle) {
      socket.send(live);
      await socket.until(/"up"/);
      expect(socket.isOpen).toBe(true);
    }
    for (let count = 0; count < 3; count++) {
      const refused = await open(service);
      refused.send(live);
      await refused.closed;
      expect(refused.received).toBe('');
    }
    expect(service.log.filter((line) => line.includes('MAX_CONNECTIONS'))).toHaveLength(1);
    for (const socket of idle) socket.close();
    const count = promisify(service.app.getHttpServer().getConnections.bind(service.app.getHttpServer()));
    while ((await count()) > 0) await new Promise((later) => setTimeout(later, 5));
    await service.callAnonymously('get', '/health').expect(200);
  });
});

describe('The limit on connections of one address', () => {
  const LIVE = 'GET /api/health/live HTTP/1.1\r\nHost: jarvis\r\n\r\n';
  const openFrom = async (service: TestService, count: number, from?: string): Promise<RawSocket[]> => {
    const opened = await Promise.all(Array.from({ length: count }, () => RawSocket.open(service.url, from)));
    sockets.push(...opened);
    for (const socket of opened) {
      socket.send(LIVE);
      await socket.until(/"up"\}/);
    }
    return opened;
  };
  const answered = (opened: readonly RawSocket[]): number =>
    opened.filter(({ received }) => received !== '').length;

  it('closes those that are over it, lets other addresses in, and this one again when there is room', async () => {
    const service = await start({ MAX_CONNECTIONS_PER_ADDRESS: '3' });
    const first = await openFrom(service, 3);
    expect(answered(first)).toBe(3);
    expect(answered(await openFrom(service, 2))).toBe(0);
    expect(answered(await openFrom(service, 3, '127.0.2.1'))).toBe(3);
    expect(answered(first.filter(({ isOpen }) => isOpen))).toBe(3);
    const warnings = service.log.filter((line) => line.includes('MAX_CONNECTIONS_PER_ADDRESS'));
    expect(warnings).toEqual([expect.stringContaining('3 connections of 127.0.0.1')]);
    for (const socket of first) socket.close();
    let again: RawSocket[] = [];
    while (answered(again) === 0) again = await openFrom(service, 1);
  });

  it.each<Record<string, string>>([
    { MAX_CONNECTIONS_PER_ADDRESS: '0' },
    { TRUST_PROXY: '1' },
    { TRUST_PROXY: 'loopback' },
  ])('is none with %j', async (environment) => {
    const service = await start({ MAX_CONNECTIONS_PER_ADDRESS: '1', ...environment });
    expect(answered(await openFrom(service, 4))).toBe(4);
  });
});

describe('The headers of an answer', () => {
  it('of the API let nothing be kept, run, framed or guessed', async () => {
    const service = await start();
    for (const answer of [
      await service.call('get', '/memory/preferences/none').expect(404),
      await service.call('post', '/memory/events').send(anEvent()).expect(201),
      await service.callAnonymously('get', '/health').expect(200),
      await service.callAnonymously('get', '/memory/events').expect(401),
    ]) {
      expect(answer.headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      for (const name of ['strict-transport-security', 'x-powered-by', 'server'])
        expect(answer.headers[name]).toBeUndefined();
    }
  });

  it('of a conditional list let it be kept by who asks, and asked about again', async () => {
    const service = await start();
    const { headers } = await service.call('get', '/memory/events').expect(200);
    expect(headers['cache-control']).toBe('private, no-cache');
    const again = await service
      .call('get', '/memory/events')
      .set('If-None-Match', String(headers.etag))
      .expect(304);
    expect(again.headers['cache-control']).toBe('private, no-cache');
  });

  it('of Swagger UI let its own scripts and styles run, and no others', async () => {
    const service = await start();
    const page = await rawRequest(service.url, { path: '/api/docs' });
    const policy = String(page.headers['content-security-policy']);
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).toMatch(/frame-ancestors 'none'/);
    expect(policy).not.toMatch(/upgrade-insecure-requests|script-src [^;]*unsafe/);
    expect(page.text).not.toMatch(/<script(?![^>]* src=)|\son\w+=/);
    const script = await rawRequest(service.url, { path: '/api/docs/swagger-ui-bundle.js' });
    expect(script.headers['cache-control'] ?? '').not.toContain('no-store');
    expect(script.headers.etag ?? script.headers['last-modified']).toBeDefined();
    expect(script.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('A browser of another origin', () => {
  const DASHBOARD = 'http://dashboard.lan:3000';
  const preflight = (service: TestService, origin: string): Promise<RawAnswer> =>
    rawRequest(service.url, {
      method: 'OPTIONS',
      path: '/api/memory/events',
      headers: {
        Origin: origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization,content-type,x-api-key,if-none-match',
      },
    });

  it('may send what the API takes, and never its cookies', async () => {
    const service = await start({ CORS_ORIGINS: DASHBOARD });
    const { status, headers } = await preflight(service, DASHBOARD);
    expect(status).toBe(204);
    expect(headers['access-control-allow-headers']).toMatch(/authorization.*x-api-key/);
    expect(headers['access-control-allow-credentials']).toBeUndefined();
    expect(Number(headers['access-control-max-age'])).toBeGreaterThan(0);
    expect(headers.vary).toMatch(/Origin/);
  });

  it.each([`${DASHBOARD}.evil.example`, 'http://dashboard.lan', 'https://dashboard.lan:3000', 'null'])(
    'that calls itself %s is told nothing',
    async (origin) => {
      const service = await start({ CORS_ORIGINS: DASHBOARD });
      expect((await preflight(service, origin)).headers['access-control-allow-origin']).toBeUndefined();
    },
  );

  it('is told nothing where there is no CORS_ORIGINS', async () => {
    const service = await start();
    const { headers } = await preflight(service, DASHBOARD);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
