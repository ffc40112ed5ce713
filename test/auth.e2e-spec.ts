import { createHmac } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { Test } from 'supertest';
import { Password } from '../src/auth/index.js';
import { describeApi } from '../src/http/docs/index.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { operationsOf } from './factories/operations.js';
import { expectProblem } from './factories/problem.js';
import { folderOfFirstGeneration } from './factories/tokens.js';
import { isOnPostgres, itOnSqlite } from './support/engine.js';
import { PASSWORD, SECRET, startService, temporaryFolder, type TestService } from './support/service.js';

const HOUR = 3600;
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { sub: 'owner', iat: now, exp: now + HOUR };

/** A token signed by hand, for what the library refuses to make. */
function signed(header: object, claims: object, secret = SECRET): string {
  const text = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

const HS256 = { alg: 'HS256', typ: 'JWT' };
const GOOD = signed(HS256, CLAIMS);

describe('Tokens', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ folder: await folderOfFirstGeneration() });
  });
  afterAll(() => service.destroy());

  it('that are good open the door, also with another spelling of the scheme, which knows no case', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const call = service.callAnonymously('get', '/memory/events').set('Authorization', `${scheme} ${GOOD}`);
      await call.expect(200);
    }
  });

  it('signed by any conforming library are taken', async () => {
    const token = jwt.sign({ sub: 'owner' }, SECRET, { algorithm: 'HS256', expiresIn: '1h' });
    await service
      .callAnonymously('get', '/memory/events')
      .set('Authorization', `Bearer ${token}`)
      .expect(200);
  });

  const [header = '', payload = '', signature = ''] = GOOD.split('.');
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  const longer = Buffer.from(JSON.stringify({ ...CLAIMS, exp: now + 999 * HOUR })).toString('base64url');

  it.each<[string, string | undefined]>([
    ['none', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['an empty token', 'Bearer '],
    ['a garbled token', 'Bearer garbled'],
    ['three garbled parts', 'Bearer a.b.c'],
    ['no signature', `Bearer ${header}.${payload}.`],
    ['a cut signature', `Bearer ${GOOD.slice(0, -3)}`],
    ['two parts', `Bearer ${header}.${payload}`],
    ['another payload under the signature', `Bearer ${header}.${longer}.${signature}`],
    [
      'a signature by another secret',
      `Bearer ${signed(HS256, CLAIMS, 'another secret, also long enough for HS256')}`,
    ],
    ['a signature by no secret', `Bearer ${signed(HS256, CLAIMS, '')}`],
    ['the algorithm none', `Bearer ${none}.${payload}.`],
    ['the algorithm none, with a signature', `Bearer ${signed({ alg: 'none', typ: 'JWT' }, CLAIMS)}`],
    ['the algorithm HS384', `Bearer ${jwt.sign(CLAIMS, SECRET, { algorithm: 'HS384' })}`],
    ['the algorithm HS512', `Bearer ${jwt.sign(CLAIMS, SECRET, { algorithm: 'HS512' })}`],
    ['RS256 in the header over an HS256 signature', `Bearer ${signed({ alg: 'RS256', typ: 'JWT' }, CLAIMS)}`],
    ['an algorithm in lower case', `Bearer ${signed({ alg: 'hs256', typ: 'JWT' }, CLAIMS)}`],
    ['no algorithm', `Bearer ${signed({ typ: 'JWT' }, CLAIMS)}`],
    ['no expiry', `Bearer ${signed(HS256, { sub: 'owner', iat: now })}`],
    ['an expiry of null', `Bearer ${signed(HS256, { ...CLAIMS, exp: null })}`],
    ['an expiry that is text', `Bearer ${signed(HS256, { ...CLAIMS, exp: String(now + HOUR) })}`],
    ['an expiry that is over', `Bearer ${signed(HS256, { ...CLAIMS, exp: now - 1 })}`],
    ['an expiry in 1970', `Bearer ${signed(HS256, { ...CLAIMS, exp: 0 })}`],
    ['a beginning in the future', `Bearer ${signed(HS256, { ...CLAIMS, nbf: now + HOUR })}`],
    ['nobody that it speaks for', `Bearer ${signed(HS256, { iat: now, exp: now + HOUR })}`],
    ['a payload that is no object', `Bearer ${signed(HS256, [1])}`],
    ['the wrong scheme', `Basic ${GOOD}`],
    ['no scheme', GOOD],
    ['basic credentials', `Basic ${Buffer.from(`owner:${PASSWORD}`).toString('base64')}`],
  ])('are refused with %s', async (_, authorization) => {
    const call = service.callAnonymously('get', '/memory/events');
    const { body, headers } = await (
      authorization === undefined ? call : call.set('Authorization', authorization)
    ).expect(401);
    expectProblem(body, 'unauthorized');
    expect(headers['www-authenticate']).toMatch(/^Bearer\b/);
    expect(headers['cache-control'] ?? '').not.toContain('public');
  });

  it('are refused from the second in which they end, also when they were taken before', async () => {
    const exp = Math.floor(Date.now() / 1000) + HOUR;
    const ending = `Bearer ${signed(HS256, { ...CLAIMS, exp })}`;
    const call = (): Test => service.callAnonymously('get', '/memory/events').set('Authorization', ending);
    await call().expect(200);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(exp * 1000 - 1);
    await call().expect(200);
    clock.mockReturnValue(exp * 1000);
    const { body } = await call().expect(401);
    clock.mockRestore();
    expectProblem(body, 'unauthorized');
  });

  it('are needed also for an answer that was given to another caller just now', async () => {
    const path = '/memory/events?limit=1&type=status';
    await service.call('get', path).expect(200);
    await service.callAnonymously('get', path).expect(401);
    await service.callAnonymously('get', path).set('If-None-Match', '*').expect(401);
  });

  it('are refused in the query and in the body', async () => {
    const { body } = await service.callAnonymously('get', `/memory/events?access_token=${GOOD}`).expect(401);
    expectProblem(body, 'unauthorized');
    await service.callAnonymously('post', '/memory/events').send({ access_token: GOOD }).expect(401);
  });

  it('say that they are over, so that the owner knows to log in again', async () => {
    const over = signed(HS256, { ...CLAIMS, exp: now - HOUR });
    const call = service.callAnonymously('get', '/memory/events').set('Authorization', `Bearer ${over}`);
    expect((await call.expect(401)).body.detail).toMatch(/expired/);
  });

  it('are needed by every operation but login, health and the explanations of problems', async () => {
    const open: string[] = [];
    for (const { method, path } of operationsOf(describeApi(service.app))) {
      const filled = path.replace('{code}', 'not_found').replace(/\{\w+\}/g, '1');
      const { status } = await service.callAnonymously(method, filled);
      if (status !== 401) open.push(`${method} ${path}`);
    }
    expect(open.sort()).toEqual([
      'get /health',
      'get /health/live',
      'get /problems/{code}',
      // Answers 400 here, for want of a password.
      'post /auth/login',
      'post /auth/session',
    ]);
  });

  it('are documented as needed by exactly the operations that need them', async () => {
    for (const { method, path, needsToken } of operationsOf(describeApi(service.app))) {
      const filled = path.replace('{code}', 'not_found').replace(/\{\w+\}/g, '1');
      const { status } = await service.callAnonymously(method, filled);
      expect([method, path, status === 401]).toEqual([method, path, needsToken]);
    }
  });

  it('are not needed by the documentation', async () => {
    for (const path of ['/api/docs', '/api/openapi.json']) {
      expect((await rawRequest(service.url, { path })).status).toBe(200);
    }
  });

  it.each([
    ['is no JSON', 'application/json', '{"cut'],
    ['is a form', 'application/x-www-form-urlencoded', 'type=alert'],
    ['is too large', 'application/json', ' '.repeat(17 * 1_048_576)],
  ])('are asked for before a body is looked at that %s', async (_, type, body) => {
    const headers = { 'Content-Type': type };
    const answer = await rawRequest(service.url, {
      method: 'POST',
      path: '/api/memory/events',
      headers,
      body,
    });
    expect(answer.status).toBe(401);
    expectProblem(answer.body, 'unauthorized');
  });

  it('that are missing cost a caller nothing of what he wanted to write', async () => {
    const count = async (): Promise<number> =>
      (await service.call('get', '/memory/events?limit=200').expect(200)).body.events.length;
    const before = await count();
    const event = { type: 'alert', source: 'monitor', summary: 'not saved' };
    await service.callAnonymously('post', '/memory/events').send(event).expect(401);
    expect(await count()).toBe(before);
  });
});

describe('Logging in', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ environment: { JWT_EXPIRES_IN: '90m' } });
  });
  afterAll(() => service.destroy());

  /** Every test comes from an address of its own, since tries are counted by address. */
  function logInFrom(
    from: string,
    password: unknown,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    return rawRequest(service.url, {
      method: 'POST',
      path: '/api/auth/login',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ password }),
      from,
    });
  }

  it('with the right password gives a token that works and says when it ends', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { body } = await service
      .callAnonymously('post', '/auth/login')
      .send({ password: PASSWORD })
      .expect(200);
    expect(body).toEqual({ token: expect.any(String), expiresIn: '90m', expiresAt: expect.any(String) });
    const claims = jwt.verify(body.token, SECRET, { algorithms: ['HS256'] }) as { iat: number; exp: number };
    expect(new Date(claims.exp * 1000).toISOString()).toBe(body.expiresAt);
    expect(claims.exp - claims.iat).toBe(90 * 60);
    expect(claims.iat).toBeGreaterThanOrEqual(before);
    const call = service
      .callAnonymously('get', '/memory/events')
      .set('Authorization', `Bearer ${String(body.token)}`);
    await call.expect(200);
  });

  it('with a wrong password is refused, without a word about the right one', async () => {
    const { body, headers, text } = await service
      .callAnonymously('post', '/auth/login')
      .send({ password: 'wrong' })
      .expect(401);
    expectProblem(body, 'wrong_password');
    expect(headers['www-authenticate']).toMatch(/\S/);
    expect(text).not.toContain(PASSWORD);
  });

  it.each([
    ['nothing', {}, ['password']],
    ['an empty password', { password: '' }, ['password']],
    ['a number', { password: 12 }, ['password']],
    ['null', { password: null }, ['password']],
    ['a list', { password: [PASSWORD] }, ['password']],
    ['an object', { password: { $ne: '' } }, ['password']],
    ['1025 characters', { password: 'x'.repeat(1025) }, ['password']],
    ['a NUL behind the password', { password: `${PASSWORD}\0` }, ['password']],
    ['half a surrogate pair', { password: '\ud83d' }, ['password']],
    ['an extra field', { password: PASSWORD, remember: true }, ['remember']],
    ['a misspelt field', { pasword: PASSWORD }, ['pasword', 'password']],
  ])('with %s is a 400 that names the field', async (_, sent, fields) => {
    const { body } = await service.callAnonymously('post', '/auth/login').send(sent).expect(400);
    expectProblem(body, 'validation_failed', fields);
  });

  it('a sixth time within a minute is refused, even with the right password, and says how long to wait', async () => {
    for (let count = 0; count < 5; count++) expect((await logInFrom('127.0.1.1', 'wrong')).status).toBe(401);
    for (const password of ['wrong', PASSWORD]) {
      const { status, headers, body } = await logInFrom('127.0.1.1', password);
      expect(status).toBe(429);
      expectProblem(body, 'too_many_requests');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    }
  });

  it('is limited for each address by itself', async () => {
    for (let count = 0; count < 6; count++) await logInFrom('127.0.1.2', 'wrong');
    expect((await logInFrom('127.0.1.2', PASSWORD)).status).toBe(429);
    expect((await logInFrom('127.0.1.3', PASSWORD)).status).toBe(200);
  });

  it('is limited by the address of the connection, not by one that the caller makes up', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 6; count++) {
      const made = { 'X-Forwarded-For': `10.0.0.${count}`, Forwarded: `for=10.0.0.${count}` };
      statuses.push((await logInFrom('127.0.1.4', 'wrong', made)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('is limited to five also when twenty come at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => logInFrom('127.0.1.5', 'wrong')));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('with the right password begins a new count', async () => {
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 4; count++)
        expect((await logInFrom('127.0.1.6', 'wrong')).status).toBe(401);
      expect((await logInFrom('127.0.1.6', PASSWORD)).status).toBe(200);
    }
  });

  it('does not count what could not be a try', async () => {
    for (let count = 0; count < 6; count++) expect((await logInFrom('127.0.1.7', 12)).status).toBe(400);
    expect((await logInFrom('127.0.1.7', PASSWORD)).status).toBe(200);
  });

  it('leaves neither password nor secret nor token in the log', () => {
    const log = service.log.join('\n');
    expect(log).not.toBe('');
    for (const secret of [PASSWORD, SECRET, service.token]) expect(log).not.toContain(secret);
  });
});

describe('What the service makes for itself', () => {
  const environment = { JARVIS_PASSWORD: undefined, JWT_SECRET: undefined };
  const started: TestService[] = [];

  async function start(folder?: string): Promise<TestService> {
    const service = await startService({ environment, ...(folder && { folder }) });
    started.push(service);
    return service;
  }
  // Also after a test that failed half-way: a service that is left running keeps the whole run from ending.
  afterEach(async () => {
    for (const service of started.splice(0)) await service.destroy();
  });

  it('is kept for its owner alone, survives a restart, and stands in no log', async () => {
    const first = await start();
    const password = first.app.get(Password).generated!;
    const secretsOf = ({ store }: TestService): Promise<string[]> =>
      Promise.all((['jwt-secret', 'password-hash'] as const).map((name) => store.secret(name)));
    const before = await secretsOf(first);
    for (const name of isOnPostgres ? [] : ['jwt-secret', 'password-hash'])
      expect((await stat(`${first.file}.${name}`)).mode & 0o777).toBe(0o600);
    const { body } = await first.callAnonymously('post', '/auth/login').send({ password }).expect(200);
    await first.stop();

    const second = await start(first.folder);
    expect(await secretsOf(second)).toEqual(before);
    expect(second.app.get(Password).generated).toBeUndefined();
    await second.callAnonymously('post', '/auth/login').send({ password }).expect(200);
    const call = second.callAnonymously('get', '/memory/events');
    await call.set('Authorization', `Bearer ${String(body.token)}`).expect(200);
    const log = [...first.log, ...second.log].join('\n');
    const { hash } = JSON.parse(before[1]!) as { hash: string };
    for (const secret of [password, before[0]!, hash]) expect(log).not.toContain(secret);
  });

  it('differs from one installation to the next', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.app.get(Password).generated).not.toBe(other.app.get(Password).generated);
    const secret = await one.store.secret('jwt-secret');
    expect(jwt.verify(one.token, secret)).toMatchObject({ sub: 'owner' });
    expect(() => jwt.verify(other.token, secret)).toThrow(/invalid signature/);
  });

  itOnSqlite('goes into a folder that was not there', async () => {
    const service = await start(join(await temporaryFolder(), 'deep', 'er'));
    expect((await stat(`${service.file}.jwt-secret`)).mode & 0o777).toBe(0o600);
  });
});

describe('A browser of another origin', () => {
  const DASHBOARD = 'http://dashboard.lan:3000';
  let service: TestService;

  beforeAll(async () => {
    service = await startService({ environment: { CORS_ORIGINS: DASHBOARD } });
  });
  afterAll(() => service.destroy());

  function preflight(origin: string): Promise<RawAnswer> {
    const headers = {
      Origin: origin,
      'Access-Control-Request-Method': 'PUT',
      'Access-Control-Request-Headers': 'authorization,content-type',
    };
    return rawRequest(service.url, { method: 'OPTIONS', path: '/api/memory/preferences/ui.theme', headers });
  }

  it('that is allowed may ask, without a token, and send one', async () => {
    const { status, headers } = await preflight(DASHBOARD);
    expect(status).toBe(204);
    expect(headers['access-control-allow-origin']).toBe(DASHBOARD);
    expect(headers['access-control-allow-methods']).toMatch(/PUT/);
    expect(headers['access-control-allow-headers']).toMatch(/authorization/i);
  });

  it('that is allowed may read the headers of answers, and problems as well', async () => {
    const answer = await service
      .callAnonymously('get', '/memory/events')
      .set('Origin', DASHBOARD)
      .expect(401);
    expect(answer.headers['access-control-allow-origin']).toBe(DASHBOARD);
    expect(answer.headers['access-control-expose-headers']).toMatch(/Location.*Retry-After.*X-Request-Id/);
  });

  it('that is not allowed is told nothing', async () => {
    const { headers } = await preflight('http://evil.example');
    expect(headers['access-control-allow-origin']).not.toBe('http://evil.example');
    expect(headers['access-control-allow-origin']).not.toBe('*');
  });
});
