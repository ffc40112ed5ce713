import { mkdir, rm, stat } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import type { Test } from 'supertest';
import { AuthService, Password, resetPassword } from '../src/auth/index.js';
import { ROLES } from '../src/auth/roles.js';
import { rawRequest, type RawAnswer } from './factories/http.js';
import { aKey } from './factories/keys.js';
import { expectProblem } from './factories/problem.js';
import { folderOfFirstGeneration, goodClaims, HOUR, HS256, signed } from './factories/tokens.js';
import { isOnPostgres, itOnSqlite, NOTICED_MS, type Store } from './support/engine.js';
import { PASSWORD, SECRET, startService, type TestService } from './support/service.js';

const NEXT = 'a password that is new';
const LOOK_MS = 1010;

let service: TestService;
async function begin(): Promise<void> {
  service = await startService({ folder: await folderOfFirstGeneration(), environment: { RATE_LIMIT: '0' } });
}
const end = (): Promise<void> => service.destroy();

async function restart(environment: Record<string, string | undefined> = {}): Promise<void> {
  await service.stop();
  await start(environment);
}

/** Starts the service again, once it was stopped. */
async function start(environment: Record<string, string | undefined> = {}): Promise<void> {
  service = await startService({ folder: service.folder, environment: { RATE_LIMIT: '0', ...environment } });
}

const aToken = async (): Promise<string> => (await service.app.get(AuthService).issueToken()).token;
const bearing = (call: Test, token: string): Test => call.set('Authorization', `Bearer ${token}`);
const read = (token: string): Test => bearing(service.callAnonymously('get', '/memory/events'), token);
const logout = (token: string): Test => bearing(service.callAnonymously('post', '/auth/logout'), token);
const login = (password: string): Test => service.callAnonymously('post', '/auth/login').send({ password });
const change = (current: string, next: unknown = NEXT): Test =>
  service.call('post', '/auth/password').send({ current, next });
const sleep = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

/** Every test of many tries comes from an address of its own, since tries are counted by address. */
function send(from: string, path: string, body: object, token?: string): Promise<RawAnswer> {
  const headers = {
    'Content-Type': 'application/json',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  return rawRequest(service.url, {
    method: 'POST',
    path: `/api${path}`,
    headers,
    body: JSON.stringify(body),
    from,
  });
}

const rows = (sql: string): Promise<unknown[]> => service.store.run(sql);

describe('Logging out', () => {
  beforeEach(begin);
  afterEach(end);

  it('ends the token that it is sent with and no other, also over a restart', async () => {
    const [one, other] = [await aToken(), await aToken()];
    await read(one).expect(200);
    await logout(one).expect(204);
    const { body } = await read(one).expect(401);
    expectProblem(body, 'unauthorized');
    expect(body.detail).toMatch(/revoked/);
    await logout(one).expect(401);
    await read(other).expect(200);
    await restart();
    await read(one).expect(401);
    await read(other).expect(200);
  });

  it('ends a token of the version before, which has no id', async () => {
    const old = signed(HS256, goodClaims());
    const another = signed(HS256, { ...goodClaims(), exp: Math.floor(Date.now() / 1000) + 2 * HOUR });
    await read(old).expect(200);
    await logout(old).expect(204);
    await read(old).expect(401);
    await read(another).expect(200);
  });

  it('twenty times at once is no mistake, and nothing of the token is stored but its id', async () => {
    const token = await aToken();
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => logout(token)))).map(
      (a) => a.status,
    );
    expect(new Set([...statuses, 204, 401])).toEqual(new Set([204, 401]));
    expect(statuses).toContain(204);
    const { jti, exp } = jwt.decode(token) as { jti: string; exp: number };
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
    const expected = { token_id: jti, expires_at: new Date(exp * 1000).toISOString() };
    expect(await rows('SELECT * FROM revoked_tokens')).toEqual([expected]);
  });

  it('while the token is in use stops every request that begins later', async () => {
    const token = await aToken();
    let isOut = false;
    const late: number[] = [];
    const use = async (): Promise<void> => {
      for (let count = 0; count < 30; count++) {
        const began = isOut;
        const { status } = await read(token);
        expect([200, 401]).toContain(status);
        if (began) late.push(status);
      }
    };
    const leave = async (): Promise<void> => {
      await logout(token).expect(204);
      isOut = true;
    };
    await Promise.all([...Array.from({ length: 8 }, use), leave()]);
    expect(late.length).toBeGreaterThan(0);
    expect(new Set(late)).toEqual(new Set([401]));
  });

  it('forgets tokens that have ended by themselves meanwhile', async () => {
    await rows(`INSERT INTO revoked_tokens VALUES ('ended', '2020-01-01T00:00:00.000Z')`);
    await rows(`INSERT INTO revoked_tokens VALUES ('lives', '2099-01-01T00:00:00.000Z')`);
    await logout(await aToken()).expect(204);
    const left = (await rows('SELECT token_id FROM revoked_tokens ORDER BY expires_at')) as {
      token_id: string;
    }[];
    expect(left.map(({ token_id }) => token_id)).toEqual([expect.stringMatching(/-/), 'lives']);
  });

  it('is noticed where another process has done it', async () => {
    const token = await aToken();
    await read(token).expect(200);
    const { jti } = jwt.decode(token) as { jti: string };
    await rows(`INSERT INTO revoked_tokens VALUES ('${jti}', '2099-01-01T00:00:00.000Z')`);
    await sleep(NOTICED_MS);
    await read(token).expect(401);
  });
});

describe('Changing the password', () => {
  beforeEach(begin);
  afterEach(end);

  it('holds at once and over a restart, revokes all tokens, and leaves API keys alone', async () => {
    const tokens = [await aToken(), signed(HS256, goodClaims()), service.token];
    const { secret } = await aKey(service, 'reader');
    await change(PASSWORD).expect(204);
    for (const again of [false, true]) {
      if (again) await restart();
      for (const token of tokens) expectProblem((await read(token).expect(401)).body, 'unauthorized');
      await service.callAnonymously('get', '/memory/events').set('X-API-Key', secret).expect(200);
      await login(PASSWORD).expect(401);
      const { body } = await login(NEXT).expect(200);
      await read(String(body.token)).expect(200);
    }
  });

  it('says why a token no longer holds', async () => {
    const token = await aToken();
    await change(PASSWORD).expect(204);
    expect((await read(token).expect(401)).body.detail).toMatch(/password was changed/);
  });

  it('keeps a hash for its owner alone, and neither password', async () => {
    await change(PASSWORD).expect(204);
    if (!isOnPostgres) expect((await stat(`${service.file}.password-hash`)).mode & 0o777).toBe(0o600);
    const kept = await service.store.secret('password-hash');
    for (const password of [PASSWORD, NEXT]) {
      expect(kept).not.toContain(password);
      expect(service.log.join('\n')).not.toContain(password);
    }
  });

  it('gives way to a JARVIS_PASSWORD that was set since: so an owner who forgot gets in again', async () => {
    await change(PASSWORD).expect(204);
    await restart({ JARVIS_PASSWORD: 'set anew by the owner' });
    await login(NEXT).expect(401);
    await login('set anew by the owner').expect(200);
    await restart({ JARVIS_PASSWORD: undefined });
    await login(NEXT).expect(200);
  });

  it('works for a password that the service made', async () => {
    await restart({ JARVIS_PASSWORD: undefined });
    const { generated } = service.app.get(Password);
    await change(generated!).expect(204);
    await restart({ JARVIS_PASSWORD: undefined });
    await login(generated!).expect(401);
    await login(NEXT).expect(200);
  });

  it.each(['x'.repeat(12), '🔑'.repeat(1024), ' twelve blanks at the ends '])(
    'takes this one to the letter: %j',
    async (next) => {
      await change(PASSWORD, next).expect(204);
      await login(next.trim().slice(0, 8)).expect(401);
      await login(next).expect(200);
    },
  );

  it('with a wrong password until now is refused, counts as a try to log in, and changes nothing', async () => {
    const token = await aToken();
    for (let count = 0; count < 5; count++) {
      const { status, body } = await send(
        '127.0.2.1',
        '/auth/password',
        { current: 'no', next: NEXT },
        token,
      );
      expect(status).toBe(401);
      expectProblem(body, 'wrong_password');
    }
    const refused = await send('127.0.2.1', '/auth/password', { current: PASSWORD, next: NEXT }, token);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await send('127.0.2.1', '/auth/login', { password: PASSWORD })).status).toBe(429);
    expect((await send('127.0.2.2', '/auth/login', { password: PASSWORD })).status).toBe(200);
    await read(token).expect(200);
  });

  it('is done by one of five that come at the same moment with the right one', async () => {
    const token = await aToken();
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        send('127.0.2.3', '/auth/password', { current: PASSWORD, next: `${NEXT} ${n}` }, token),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(4);
    const winner = statuses.indexOf(204) + 1;
    await login(`${NEXT} ${winner}`).expect(200);
  });

  it('and fifty logins at once leave five tries to each address, and no token of before', async () => {
    const from = '127.0.2.4';
    const tries = Array.from({ length: 50 }, () => send(from, '/auth/login', { password: 'wrong' }));
    const [changed, ...answers] = await Promise.all([
      send('127.0.2.5', '/auth/password', { current: PASSWORD, next: NEXT }, await aToken()),
      ...tries,
    ]);
    expect(changed.status).toBe(204);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(45);
    await read(service.token).expect(401);
  });

  it('leaves no token behind that the old password was exchanged for at the same moment', async () => {
    const tokens: string[] = [];
    for (let round = 0; round < 3; round++) {
      const [from, to] = round % 2 === 0 ? [PASSWORD, NEXT] : [NEXT, PASSWORD];
      const token = await aToken();
      let isOver = false;
      const keepTrying = async (n: number): Promise<void> => {
        for (let count = 0; !isOver && count < 2; count++) {
          await sleep(n * 7);
          const answer = await send(`127.0.3.${round * 50 + n}`, '/auth/login', { password: from });
          if (answer.status === 200) tokens.push((answer.body as { token: string }).token);
        }
      };
      const changing = send('127.0.4.1', '/auth/password', { current: from, next: to }, token).then(
        (answer) => {
          isOver = true;
          return answer.status;
        },
      );
      const logins = Array.from({ length: 8 }, (_, n) => keepTrying(n));
      expect(await changing).toBe(204);
      await Promise.all(logins);
      for (const one of tokens) await read(one).expect(401);
    }
    expect(tokens.length).toBeGreaterThan(0);
  });

  itOnSqlite('that cannot be kept is not done', async () => {
    await rm(`${service.file}.password-hash`);
    await mkdir(`${service.file}.password-hash/in the way`, { recursive: true });
    const { body, text } = await change(PASSWORD).expect(409);
    expectProblem(body, 'conflict');
    expect(text).not.toContain(service.folder);
    await read(service.token).expect(200);
    await login(PASSWORD).expect(200);
    await rm(`${service.file}.password-hash`, { recursive: true });
    await change(PASSWORD).expect(204);
  });

  it('at the command line is noticed by a service that runs, within a second', async () => {
    await resetPassword(service.store.target, NEXT);
    await sleep(LOOK_MS);
    await read(service.token).expect(401);
    await login(PASSWORD).expect(401);
    const { body } = await login(NEXT).expect(200);
    await read(String(body.token)).expect(200);
    await restart();
    await login(NEXT).expect(200);
  });

  it('is not undone by a kept file that is damaged while the service runs', async () => {
    await change(PASSWORD).expect(204);
    await service.store.keepSecret('password-hash', '{"hash":');
    await sleep(LOOK_MS);
    await login(NEXT).expect(200);
    await login(PASSWORD).expect(401);
  });
});

describe('What changes nothing', () => {
  beforeAll(begin);
  afterAll(end);

  it.each(ROLES)('is a logout by an API key, whatever its role: %s', async (role) => {
    const { id, secret } = await aKey(service, role);
    const call = service.callAnonymously('post', '/auth/logout').set('X-API-Key', secret);
    const { body } = await call.expect(409);
    expectProblem(body, 'conflict');
    expect(body.detail).toContain(`DELETE /api/auth/keys/${id}`);
    await service.callAnonymously('post', '/auth/logout').set('X-API-Key', secret).expect(409);
  });

  it.each<[string, object, string[]]>([
    ['nothing', {}, ['current', 'next']],
    ['eleven characters', { current: PASSWORD, next: 'x'.repeat(11) }, ['next']],
    ['eleven characters that take 22 units', { current: PASSWORD, next: '🔑'.repeat(11) }, ['next']],
    ['1025 characters', { current: PASSWORD, next: 'x'.repeat(1025) }, ['next']],
    ['a number', { current: PASSWORD, next: 123_456_789_012 }, ['next']],
    ['a list', { current: PASSWORD, next: [NEXT] }, ['next']],
    ['a NUL', { current: PASSWORD, next: `${NEXT}\0` }, ['next']],
    ['half a surrogate pair', { current: PASSWORD, next: `${NEXT}\ud83d` }, ['next']],
    ['no password until now', { next: NEXT }, ['current']],
    ['an extra field', { current: PASSWORD, next: NEXT, repeat: NEXT }, ['repeat']],
  ])('is a change of the password with %s, a 400 that names the field', async (_, sent, fields) => {
    const { body } = await service.call('post', '/auth/password').send(sent).expect(400);
    expectProblem(body, 'validation_failed', fields);
    await login(PASSWORD).expect(200);
    await read(service.token).expect(200);
  });
});

describe('Another password at a start', () => {
  beforeEach(begin);
  afterEach(end);

  const CHANGED = 'another JARVIS_PASSWORD';

  it.each<[string, (store: Store) => Promise<void>, string | undefined]>([
    ['a changed JARVIS_PASSWORD', () => Promise.resolve(), CHANGED],
    ['a JARVIS_PASSWORD that was removed', () => Promise.resolve(), undefined],
    [
      'the same JARVIS_PASSWORD, where what was kept is gone',
      (store) => store.forgetSecret('password-hash'),
      PASSWORD,
    ],
  ])('ends all tokens of before, as API keys do not end: %s', async (_, prepare, variable) => {
    const before = await aToken();
    const { secret } = await aKey(service, 'reader');
    await service.stop();
    await prepare(service.store);
    await start({ JARVIS_PASSWORD: variable });
    await read(before).expect(401);
    await service.callAnonymously('get', '/memory/events').set('X-API-Key', secret).expect(200);
    const { body } = await login(variable ?? service.app.get(Password).generated!).expect(200);
    await restart({ JARVIS_PASSWORD: variable });
    await read(String(body.token)).expect(200);
  });

  it('brings no token back that a change had ended, where the hash is deleted and the variable set', async () => {
    const before = await aToken();
    await service.call('post', '/auth/password').send({ current: PASSWORD, next: 'a password of its own' });
    await service.stop();
    await service.store.forgetSecret('password-hash');
    await start();
    await login(PASSWORD).expect(200);
    await read(before).expect(401);
  });
});

describe('A new JWT_SECRET', () => {
  beforeEach(begin);
  afterEach(end);

  const NEW = 'the secret after this one, which is long enough as well';

  it('logs nobody out while the one before is named, and is what new tokens are signed with', async () => {
    const before = await aToken();
    const revoked = await aToken();
    await logout(revoked).expect(204);
    await restart({ JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: SECRET });
    await read(before).expect(200);
    await read(revoked).expect(401);
    await read(signed(HS256, { ...goodClaims(), exp: 1 })).expect(401);
    const { body } = await login(PASSWORD).expect(200);
    const after = String(body.token);
    expect(() => jwt.verify(after, NEW)).not.toThrow();
    expect(() => jwt.verify(after, SECRET)).toThrow(/signature/);
    await read(after).expect(200);
    await read(signed(HS256, goodClaims(), 'a third secret, which is long enough too')).expect(401);

    await logout(before).expect(204);
    await read(before).expect(401);
    await restart({ JWT_SECRET: NEW });
    await read(after).expect(200);
    await read(signed(HS256, goodClaims())).expect(401);
  });

  it('tells a token of the one before that it has expired, as it would one of its own', async () => {
    await restart({ JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: SECRET });
    for (const secret of [NEW, SECRET]) {
      const over = signed(HS256, { ...goodClaims(), exp: Math.floor(Date.now() / 1000) - 1 }, secret);
      expect((await read(over).expect(401)).body.detail).toMatch(/expired/);
    }
  });

  it('may follow the one that the service made', async () => {
    await restart({ JWT_SECRET: undefined });
    const before = await aToken();
    const made = await service.store.secret('jwt-secret');
    await restart({ JWT_SECRET: NEW, JWT_SECRET_PREVIOUS: made });
    await read(before).expect(200);
  });
});
