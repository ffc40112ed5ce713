import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { AuthService } from '../src/auth/index.js';
import { anEvent } from './factories/index.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { aKey } from './factories/keys.js';
import { expectProblem } from './factories/problem.js';
import { EventStream } from './support/event-stream.js';
import { cookieNameAt } from './support/session-cookie.js';
import { Dashboards, outcomeOf } from './support/sockets.js';
import { PASSWORD, startService, type TestService } from './support/service.js';

const DAY_MS = 86_400_000;
/** What a browser adds to a request of a page of the service itself, by TLS or on the machine itself. */
const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin' };

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object;
  readonly from?: string;
}

let service: TestService;
const dashboards = new Dashboards();

function send({ method = 'GET', path = '/auth/session', headers, body, from }: Sent): Promise<RawAnswer> {
  return rawRequest(service.url, {
    method,
    path: `/api${path}`,
    headers: { ...headers, ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
    from,
  });
}

const start = (body: object, sent: Sent = {}): Promise<RawAnswer> => send({ method: 'POST', body, ...sent });
const save = (headers: Record<string, string>): Promise<RawAnswer> =>
  send({ method: 'POST', path: '/memory/events', body: anEvent(), headers });
const aToken = async (): Promise<string> => (await service.app.get(AuthService).issueToken()).token;
const name = (): string => cookieNameAt(service.url);
const aCookie = async (): Promise<string> => `${name()}=${await aToken()}`;

/** The cookie of an answer: its value and its attributes by name. */
function cookieOf({ headers }: Pick<RawAnswer, 'headers'>): Record<string, string> {
  expect(headers['set-cookie']).toHaveLength(1);
  const pairs = headers['set-cookie']![0]!.split('; ').map((part) => {
    const [name = '', value = ''] = part.split('=');
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}

const problemOf = ({ status, body }: RawAnswer): string =>
  `${status} ${(body as { code: string }).code}: ${(body as { detail: string }).detail}`;

beforeAll(async () => {
  service = await startService({
    environment: { JWT_EXPIRES_IN: '2h', CORS_ORIGINS: 'http://dashboard.lan' },
  });
});
afterAll(async () => {
  dashboards.withdraw();
  await service.destroy();
});

describe('Logging a browser in', () => {
  it('with the password keeps the token in a cookie that no script can read, and tells only whose it is', async () => {
    const call = service.callAnonymously('post', '/auth/session').set(OWN_PAGE);
    const answer = await call.send({ password: PASSWORD }).expect(200);
    const { [name()]: token = '', ...attributes } = cookieOf(answer);
    service.recorded.protect(token);
    expect(token).toMatch(/^eyJ/);
    expect(answer.text).not.toContain(token);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(attributes).toEqual({
      'Max-Age': expect.stringMatching(/^7(?:200|19\d)$/),
      Path: '/',
      Expires: expect.any(String),
      HttpOnly: '',
      SameSite: 'Strict',
    });
    const { session } = answer.body as { session: { expiresAt: string } };
    expect(session).toEqual({ role: 'operator', name: null, expiresAt: expect.any(String) });
    expect(Math.abs(Date.parse(session.expiresAt) - Date.now() - 2 * 3_600_000)).toBeLessThan(60_000);
    const cookie = `${name()}=${token}`;
    const { body } = await service.callAnonymously('get', '/auth/session').set({ cookie }).expect(200);
    expect(body).toEqual({ session });
    await service.callAnonymously('get', '/memory/events').set({ cookie }).expect(200);
    expect((await save({ cookie, ...OWN_PAGE })).status).toBe(201);
  });

  it('with an API key keeps the key, until it expires or as long as a browser keeps anything', async () => {
    const [forever, until] = [await aKey(service, 'reader'), '2099-12-31T00:00:00.000Z'];
    const soon = new Date(Date.now() + DAY_MS).toISOString();
    const bounded = [
      [forever, null, 400 * DAY_MS],
      [await aKey(service, 'ingest', until), until, 400 * DAY_MS],
      [await aKey(service, 'writer', soon), soon, DAY_MS],
    ] as const;
    for (const [{ secret }, expiresAt, ageMs] of bounded) {
      const answer = await start({ apiKey: secret });
      expect(answer.text).not.toContain(secret);
      const cookie = cookieOf(answer);
      expect(cookie[name()]).toBe(secret);
      expect(Math.abs(Number(cookie['Max-Age']) * 1000 - ageMs)).toBeLessThan(60_000);
      expect(answer.body).toMatchObject({ session: { expiresAt } });
    }
    const cookie = `${name()}=${forever.secret}`;
    const { body } = await send({ headers: { cookie } });
    expect(body).toEqual({ session: { role: 'reader', name: 'the reader of the tests', expiresAt: null } });
    expect(problemOf(await save({ cookie, ...OWN_PAGE }))).toMatch(/^403 forbidden: This needs the role/);
  });

  it('takes the password or a key, and neither both nor anything else', async () => {
    const { secret } = await aKey(service, 'reader');
    for (const body of [{}, { password: PASSWORD, apiKey: secret }, { password: null }, { token: 'x' }]) {
      expect((await start(body)).status).toBe(400);
    }
    const call = service
      .callAnonymously('post', '/auth/session')
      .send({ password: PASSWORD, apiKey: secret });
    expectProblem((await call.expect(400)).body, 'validation_failed', ['password']);
  });

  it('over a session that there is, also a bad one, puts the new one in its place', async () => {
    for (const cookie of [await aCookie(), `${name()}=garbage`, `${name()}=`, `${name()}=a; ${name()}=b`]) {
      const answer = await start({ password: PASSWORD }, { headers: { cookie, ...OWN_PAGE } });
      expect(answer.status).toBe(200);
      expect(cookieOf(answer)[name()]).toMatch(/^eyJ/);
    }
  });

  it('counts wrong passwords and wrong keys together, five a minute; right keys give no try back', async () => {
    const { secret } = await aKey(service, 'reader');
    const from = '127.3.0.1';
    const wrongKeys = [`jm_${'x'.repeat(43)}`, 'no key', 'x'.repeat(100)];
    const tries = [{ password: 'wrong' }, ...wrongKeys.map((apiKey) => ({ apiKey }))];
    for (const body of tries) {
      const answer = await start(body, { from });
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(problemOf(answer)).toMatch('password' in body ? /^401 wrong_password/ : /^401 unauthorized/);
      expect((await start({ apiKey: secret }, { from })).status).toBe(200);
    }
    const login = (): Promise<RawAnswer> =>
      send({ method: 'POST', path: '/auth/login', body: { password: 'wrong' }, from });
    expect((await login()).status).toBe(401);
    for (const answer of [
      await login(),
      await start({ password: PASSWORD }, { from }),
      await start({ apiKey: wrongKeys[0] }, { from }),
    ]) {
      expect(problemOf(answer)).toMatch(/^429 too_many_requests/);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
  });

  it.each<Record<string, string>>([
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://dashboard.lan' },
  ])('is not for pages of another origin: %j', async (headers) => {
    const answer = await start({ password: PASSWORD }, { headers });
    expect(problemOf(answer)).toMatch(/^403 forbidden: Only pages of this service may start a session\./);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('The cookie of a session', () => {
  it.each([
    ['of the same origin', { 'Sec-Fetch-Site': 'same-origin' }, 201],
    [
      'whose origin is the host that was asked',
      { Origin: 'http://jarvis.lan:4000', Host: 'Jarvis.lan:4000' },
      201,
    ],
    [
      'of which the browser tells more than of its origin',
      { ...OWN_PAGE, Origin: 'http://proxied.lan' },
      201,
    ],
    ['of another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['of another port of the host', { 'Sec-Fetch-Site': 'same-site', Origin: 'http://jarvis.lan:3000' }, 403],
    ['that nobody knows of', { 'Sec-Fetch-Site': 'none' }, 403],
    ['of another port, where the browser tells the origin alone', { Origin: 'http://x:1', Host: 'x:2' }, 403],
    ['that has no origin', { Origin: 'null' }, 403],
    ['of an origin that is none', { Origin: 'jarvis.lan:4000', Host: 'jarvis.lan:4000' }, 403],
    ['of an origin that CORS_ORIGINS names', { Origin: 'http://dashboard.lan' }, 403],
    ['that is none: a program', {}, 403],
  ])('may change something or not by the page that asks, one %s: %j', async (_, headers, status) => {
    const { Host: host = new URL(service.url).host, ...others } = headers as Record<string, string>;
    const cookie = `${cookieNameAt(`http://${host}`)}=${await aToken()}`;
    const answer = await save({ cookie, Host: host, ...others });
    expect(answer.status).toBe(status);
    if (status === 403) expectProblem(answer.body, 'forbidden');
  });

  it('does not let other pages delete, set, log out or change the password either', async () => {
    const cookie = await aCookie();
    const headers = { cookie, Origin: 'http://evil.example' };
    for (const [method, path, body] of [
      ['DELETE', '/memory/conversations/1', undefined],
      ['PUT', '/memory/preferences/ui.theme', { value: 'dark' }],
      ['POST', '/auth/password', { current: PASSWORD, next: 'a password that is new' }],
      ['POST', '/auth/logout', undefined],
      ['DELETE', '/auth/session', undefined],
      ['POST', '/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
    ] as const) {
      expect(problemOf(await send({ method, path, body, headers }))).toMatch(/^403 forbidden: Only pages of/);
    }
    expect((await send({ headers: { cookie } })).status).toBe(200);
  });

  it.each(['GET', 'HEAD'])('is enough to read: %s, from wherever', async (method) => {
    const headers = { cookie: await aCookie(), 'Sec-Fetch-Site': 'cross-site' };
    expect((await send({ method, path: '/memory/events', headers })).status).toBe(200);
    const stream = await EventStream.open(service, '', { cookie: headers.cookie });
    expect(stream.status).toBe(200);
    stream.cut();
  });

  it('says nothing where a header carries a credential, a bad one included', async () => {
    const { secret } = await aKey(service, 'ingest');
    const cookie = await aCookie();
    for (const [headers, status] of [
      [{ 'X-API-Key': secret }, 403],
      [{ Authorization: `Bearer ${secret}` }, 403],
      [{ Authorization: 'Bearer x' }, 401],
      [{ 'X-API-Key': 'x' }, 401],
      [{ Authorization: '' }, 401],
    ] as const) {
      const answer = await send({ path: '/memory/events', headers: { cookie, ...headers } });
      expect([headers, answer.status]).toEqual([headers, status]);
    }
    const machine = { Authorization: `Bearer ${service.token}`, Origin: 'http://evil.example' };
    expect((await save({ cookie: `${name()}=a; ${name()}=b`, ...machine })).status).toBe(201);
  });

  it.each([
    ['garbage', 'jarvis_session=garbage'],
    ['nothing', 'jarvis_session='],
    ['what cannot be decoded', 'jarvis_session=%E0%A4%A'],
    ['a number of characters that is no token', `jarvis_session=${'x'.repeat(8000)}`],
    ['a key that is not known', `jarvis_session=jm_${'x'.repeat(43)}`],
    ['another name', 'jarvis_sessions=1; xjarvis_session=2'],
    ['the name in the value of another', 'other=jarvis_session=1'],
    ['no value at all', 'jarvis_session'],
    ['a prototype', '__proto__=jarvis_session; constructor=x; jarvis_session=toString'],
  ])('with %s is refused where a credential is needed, and no mistake elsewhere', async (_, written) => {
    const cookie = written.replaceAll('jarvis_session', name());
    const { body, status } = await send({ headers: { cookie } });
    expect(status).toBe(401);
    expectProblem(body, 'unauthorized');
    expect((await save({ cookie, ...OWN_PAGE })).status).toBe(401);
    for (const path of ['/health', '/problems/not_found', '/openapi.json']) {
      expect((await send({ path, headers: { cookie } })).status).toBe(200);
    }
    const answer = await send({
      method: 'POST',
      path: '/auth/login',
      body: { password: PASSWORD },
      headers: { cookie },
    });
    expect(answer.status).toBe(200);
  });

  it('stands among others, and only once: one of two may be of another page of the host', async () => {
    const cookie = await aCookie();
    expect((await send({ headers: { cookie: `a=1; b="x; ${cookie}; c` } })).status).toBe(200);
    for (const two of [`${cookie}; ${name()}=x`, `${name()}=x; a=b;${cookie}`, `${cookie};\t${cookie}`]) {
      const answer = await send({ headers: { cookie: two } });
      expect(problemOf(answer)).toMatch(
        /^401 unauthorized: There are several cookies jarvis_session_\d+: delete/,
      );
    }
  });

  it.each([
    ['nas.lan', 'jarvis_session'],
    ['nas.lan:4000', 'jarvis_session_4000'],
    ['NAS.lan:4001', 'jarvis_session_4001'],
    ['[::1]:65535', 'jarvis_session_65535'],
    ['[::1]', 'jarvis_session'],
    ['nas.lan:port', 'jarvis_session'],
  ])(
    'has the port of %s in its name, and counts beside those of other memories of the host',
    async (Host, own) => {
      const answer = await start({ password: PASSWORD }, { headers: { Host, ...OWN_PAGE } });
      const { [own]: token = '' } = cookieOf(answer);
      const others = ['jarvis_session', 'jarvis_session_4000', 'jarvis_session_4002'].filter(
        (other) => other !== own,
      );
      const cookie = [...others.map((other) => `${other}=x`), `${own}=${token}`].join('; ');
      expect((await send({ headers: { Host, cookie } })).status).toBe(200);
      expect((await send({ headers: { Host: 'nas.lan:4003', cookie } })).status).toBe(401);
    },
  );

  it('is no credential of Socket.IO, and one of a request whose wish for another protocol is not heard', async () => {
    const cookie = await aCookie();
    const headers = { cookie, Connection: 'Upgrade', Upgrade: 'h2c' };
    expect((await send({ path: '/memory/events', headers })).status).toBe(200);
    const extraHeaders = { cookie, ...OWN_PAGE };
    const socket = dashboards.make(service, '/events', { extraHeaders });
    expect(await outcomeOf(socket)).toBe('Authentication required');
  });
});

describe('Logging a browser out', () => {
  const end = (cookie: string): Test =>
    service.callAnonymously('delete', '/auth/session').set({ cookie, ...OWN_PAGE });

  it('ends the token in all tabs, and removes the cookie', async () => {
    const cookie = await aCookie();
    const answer = await end(cookie).expect(204);
    expect(cookieOf(answer)).toMatchObject({
      [name()]: '',
      Path: '/',
      Expires: 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
    const tab = await service.callAnonymously('get', '/memory/events').set({ cookie }).expect(401);
    expect(tab.body.detail).toMatch(/revoked/);
    // Another tab that logs out as well takes no cookie away: it may be that of the next who has logged in.
    const again = await end(cookie).expect(401);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('leaves an API key as it is', async () => {
    const { secret } = await aKey(service, 'reader');
    const cookie = `${name()}=${secret}`;
    expect(cookieOf(await end(cookie).expect(204))[name()]).toBe('');
    await service.callAnonymously('get', '/memory/events').set('X-API-Key', secret).expect(200);
  });

  it('is said of the caller of a header, too', async () => {
    const token = await aToken();
    const call = service.callAnonymously('get', '/auth/session').set('Authorization', `Bearer ${token}`);
    expect((await call.expect(200)).body).toMatchObject({ session: { role: 'operator', name: null } });
    await service
      .callAnonymously('delete', '/auth/session')
      .set('Authorization', `Bearer ${token}`)
      .expect(204);
    await service
      .callAnonymously('get', '/memory/events')
      .set('Authorization', `Bearer ${token}`)
      .expect(401);
  });
});

describe('Changing the password', () => {
  it('is possible with a session, which ends by it', async () => {
    const cookie = await aCookie();
    const change = (current: string, next: string, as: string): Test =>
      service
        .callAnonymously('post', '/auth/password')
        .set({ cookie: as, ...OWN_PAGE })
        .send({ current, next });
    await change(PASSWORD, 'a password that is new', cookie).expect(204);
    const { body } = await service.callAnonymously('get', '/auth/session').set({ cookie }).expect(401);
    expect(body.detail).toMatch(/^The password was changed/);
    await change('a password that is new', PASSWORD, await aCookie()).expect(204);
  });
});

describe('Behind a proxy that is trusted', () => {
  const TLS = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'nas.example', Host: 'inner:4000' };
  const HOST_NAME = '__Host-jarvis_session';
  let outer: TestService;
  beforeAll(async () => {
    outer = service;
    service = await startService({ environment: { TRUST_PROXY: '1', RATE_LIMIT: '4' } });
  });
  afterAll(async () => {
    await service.destroy();
    service = outer;
  });

  it('the cookie is of this host and of TLS alone, and has a name that plain HTTP cannot set', async () => {
    const answer = await start(
      { password: PASSWORD },
      { headers: { ...TLS, 'X-Forwarded-For': '10.0.0.1' } },
    );
    const cookie = cookieOf(answer);
    expect(cookie).toMatchObject({ Secure: '', HttpOnly: '', Path: '/', SameSite: 'Strict' });
    expect(cookie).not.toHaveProperty('Domain');
    const session = `${HOST_NAME}=${cookie[HOST_NAME]}`;
    const as = (headers: Record<string, string>): Promise<RawAnswer> =>
      save({ 'X-Forwarded-For': '10.0.0.2', cookie: session, ...headers });
    expect((await as({ ...TLS, Origin: 'https://nas.example' })).status).toBe(201);
    expect((await as({ ...TLS, Origin: 'https://inner:4000' })).status).toBe(403);
    const plain = { ...TLS, Origin: 'https://nas.example', cookie: session.replace('__Host-', '') };
    expect((await as(plain)).status).toBe(401);
    expect((await as({ Origin: 'http://inner:4000', Host: 'inner:4000' })).status).toBe(401);
  });

  it('requests are counted for whom the cookie is of, and those of other pages for nobody', async () => {
    const cookie = await aCookie();
    const from = { 'X-Forwarded-For': '10.0.0.3' };
    const statuses = async (headers: Record<string, string>, method = 'GET'): Promise<number[]> => {
      const found: number[] = [];
      for (let count = 0; count < 3; count++) {
        found.push((await send({ method, path: '/memory/events', headers: { ...from, ...headers } })).status);
      }
      return found;
    };
    expect(await statuses({})).toEqual([401, 401, 401]);
    expect(await statuses({ cookie, 'Sec-Fetch-Site': 'cross-site' }, 'POST')).toEqual([403, 429, 429]);
    expect(await statuses({ cookie })).toEqual([200, 200, 200]);
  });
});
