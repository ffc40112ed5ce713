import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Test } from 'supertest';
import { withKeysService } from '../src/auth/index.js';
import { AWKWARD_JSON, aLargeSnapshot, anEvent } from './factories/index.js';
import { rawRequest } from './factories/http.js';
import { aKey } from './factories/keys.js';
import { expectProblem } from './factories/problem.js';
import { KEPT_TEXTS, REFUSED_TEXTS } from './factories/texts.js';
import { NOTICED_MS } from './support/engine.js';
import { PASSWORD, startService, startUnusable, type TestService } from './support/service.js';

describe('API keys', () => {
  let service: TestService;
  const secrets: string[] = [];

  beforeAll(async () => {
    service = await startService({ environment: { RATE_LIMIT: '0' } });
  });
  afterAll(() => service.destroy());

  /** Another program on the same database. */
  const elsewhere = (sql: string, ...values: unknown[]): Promise<unknown[]> =>
    service.store.run(sql, ...values);

  async function make(role: 'operator' | 'reader' | 'ingest' | 'writer' = 'reader'): Promise<{
    id: number;
    secret: string;
  }> {
    const made = await aKey(service, role);
    secrets.push(made.secret);
    return made;
  }

  const read = (secret: string): Test =>
    service.callAnonymously('get', '/memory/events?limit=1').set('X-API-Key', secret);
  const status = async (secret: string): Promise<number> => (await read(secret)).status;

  it('are answered once, with 256 random bits, and stored as a digest only', async () => {
    const sent = { name: 'monitor on pve1', role: 'ingest', expiresAt: '2099-01-01T00:00:00+01:00' };
    const { body } = await service.call('post', '/auth/keys').send(sent).expect(201);
    expect(body).toEqual({
      key: {
        id: expect.any(Number),
        name: sent.name,
        role: sent.role,
        createdAt: expect.any(String),
        lastUsedAt: null,
        expiresAt: '2098-12-31T23:00:00.000Z',
      },
      secret: expect.stringMatching(/^jm_[\w-]{43}$/),
    });
    expect(Buffer.from(String(body.secret).slice(3), 'base64url')).toHaveLength(32);
    secrets.push(body.secret);
    const hash = createHash('sha256').update(String(body.secret)).digest('hex');
    expect(await elsewhere('SELECT hash FROM api_keys WHERE id = ?', body.key.id)).toEqual([{ hash }]);
    for (const name of await readdir(service.folder)) {
      const content = await readFile(join(service.folder, name));
      expect([name, content.includes(String(body.secret).slice(3))]).toEqual([name, false]);
    }
  });

  it('are listed newest first, never with the key or its digest', async () => {
    const [first, second] = [await make(), await make('writer')];
    const { body, text } = await service.call('get', '/auth/keys').expect(200);
    expect(Object.keys(body)).toEqual(['keys']);
    const ids = body.keys.map(({ id }: { id: number }) => id);
    expect(ids.slice(0, 2)).toEqual([second.id, first.id]);
    expect(body.keys[0]).toMatchObject({ role: 'writer', lastUsedAt: null, expiresAt: null });
    for (const secret of secrets) expect(text).not.toContain(secret.slice(3));
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });

  it('are taken as Bearer, as X-API-Key, and as both where they are the same', async () => {
    const { secret } = await make();
    for (const headers of [
      { 'X-API-Key': secret },
      { Authorization: `Bearer ${secret}` },
      { Authorization: `bearer ${secret}` },
      { Authorization: `Bearer ${secret}`, 'X-API-Key': secret },
    ]) {
      await service.callAnonymously('get', '/memory/events').set(headers).expect(200);
    }
  });

  it('are refused where they are not exactly that', async () => {
    const [{ secret }, { secret: other }] = [await make(), await make('operator')];
    const wrong: Record<string, string>[] = [
      ...[
        secret.slice(0, -1),
        `${secret}A`,
        secret.toUpperCase(),
        secret.replace('jm_', 'JM_'),
        secret.slice(3),
        `jm_${'A'.repeat(43)}`,
        'jm_',
        `jm_' OR 1=1 --`,
        `${secret}, ${secret}`,
        `"${secret}"`,
        createHash('sha256').update(secret).digest('hex'),
        `jm_${createHash('sha256').update(secret).digest('hex')}`,
        '__proto__',
        'jm___proto__',
      ].flatMap((text): Record<string, string>[] => [
        { 'X-API-Key': text },
        { Authorization: `Bearer ${text}` },
      ]),
      { Authorization: `Basic ${secret}` },
      { Authorization: secret },
      { Authorization: `Bearer ${secret}`, 'X-API-Key': other },
      { Authorization: `Bearer ${service.token}`, 'X-API-Key': secret },
      { Authorization: 'Basic eDp5', 'X-API-Key': secret },
      { Authorization: '', 'X-API-Key': secret },
    ];
    for (const headers of wrong) {
      const answer = await rawRequest(service.url, { path: '/api/memory/events', headers });
      expect([headers, answer.status]).toEqual([headers, 401]);
      expectProblem(answer.body, 'unauthorized');
    }
    await service.callAnonymously('get', `/memory/events?api_key=${secret}`).expect(401);
  });

  it('end the moment they are deleted, and only they', async () => {
    const [one, other] = [await make(), await make()];
    expect(await status(one.secret)).toBe(200);
    await service.call('delete', `/auth/keys/${one.id}`).expect(204);
    expectProblem((await read(one.secret).expect(401)).body, 'unauthorized');
    expect(await status(other.secret)).toBe(200);
    expectProblem((await service.call('delete', `/auth/keys/${one.id}`).expect(404)).body, 'not_found');
    expectProblem((await service.call('delete', '/auth/keys/x').expect(400)).body, 'validation_failed', [
      'id',
    ]);
  });

  it('end the moment they are deleted though many requests use them: none that begins later gets in', async () => {
    const { id, secret } = await make();
    let isDeleted = false;
    const late: number[] = [];
    const seen = new Set<number>();
    const use = async (): Promise<void> => {
      for (let count = 0; count < 40; count++) {
        const began = isDeleted;
        const code = await status(secret);
        seen.add(code);
        if (began) late.push(code);
      }
    };
    const remove = async (): Promise<void> => {
      await service.call('delete', `/auth/keys/${id}`).expect(204);
      isDeleted = true;
    };
    await Promise.all([...Array.from({ length: 8 }, use), remove()]);
    expect([...seen].sort()).toEqual([200, 401]);
    expect(late.length).toBeGreaterThan(0);
    expect(new Set(late)).toEqual(new Set([401]));
  });

  it('that another process makes, changes or deletes are noticed by the next request, or within a second', async () => {
    const { secret, key } = await withKeysService(service.store.target, 'write', (keys) =>
      keys.createKey({ name: 'made elsewhere', role: 'ingest' }),
    );
    secrets.push(secret);
    // The very first request has a body: whether it is read is decided before the guard.
    const save = (): Test =>
      service.callAnonymously('post', '/memory/events').set('X-API-Key', secret).send(anEvent());
    await sleep(NOTICED_MS);
    await save().expect(201);
    await elsewhere(`UPDATE api_keys SET role = 'reader' WHERE id = ?`, key.id);
    await sleep(NOTICED_MS);
    await save().expect(403);
    await elsewhere('UPDATE api_keys SET expires_at = ? WHERE id = ?', '2020-01-01T00:00:00.000Z', key.id);
    await sleep(NOTICED_MS);
    const { body } = await save().expect(401);
    expect(body.detail).toMatch(/API key has expired/);
    await withKeysService(service.store.target, 'write', (keys) => keys.deleteKey(key.id));
    await sleep(NOTICED_MS);
    expect((await save().expect(401)).body.detail).toMatch(/not known/);
  });

  it('end by themselves, and say so, but stay in the list', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const { id, secret } = await aKey(service, 'reader', expiresAt);
    expect(await status(secret)).toBe(200);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse(expiresAt) - 1);
    expect(await status(secret)).toBe(200);
    clock.mockReturnValue(Date.parse(expiresAt));
    const { body } = await read(secret).expect(401);
    clock.mockRestore();
    expectProblem(body, 'unauthorized');
    expect(body.detail).toMatch(/API key has expired/);
    const list = await service.call('get', '/auth/keys').expect(200);
    expect(list.body.keys).toContainEqual(expect.objectContaining({ id, expiresAt }));
  });

  it('say when they were used last, at most once a minute', async () => {
    const { id, secret } = await make();
    const lastUse = async (): Promise<string | null> => {
      const { body } = await service.call('get', '/auth/keys').expect(200);
      return body.keys.find((key: { id: number }) => key.id === id).lastUsedAt as string | null;
    };
    const before = new Date().toISOString();
    expect(await lastUse()).toBeNull();
    await Promise.all(Array.from({ length: 20 }, () => status(secret)));
    let first = await lastUse();
    for (let tries = 0; first === null && tries < 100; tries++) first = await lastUse();
    expect(first! >= before).toBe(true);
    await status(secret);
    // A write after it in the one queue: what the use had to write would have been written before.
    await make();
    expect(await lastUse()).toBe(first);
  });

  it('of the role ingest may send a body as large as any', async () => {
    const { secret } = await make('ingest');
    const call = service.callAnonymously('post', '/memory/snapshots').set('X-API-Key', secret);
    await call.send({ snapshot: aLargeSnapshot(2) }).expect(201);
  });

  it('that are no keys of ours have no body read: it is refused unseen, however large', async () => {
    const answer = await rawRequest(service.url, {
      method: 'POST',
      path: '/api/memory/snapshots',
      headers: { 'X-API-Key': `jm_${'x'.repeat(43)}`, 'Content-Type': 'application/json' },
      body: '{"cut',
    });
    expect(answer.status).toBe(401);
  });

  it('are made fifty at once, each another', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => make()));
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(50);
    expect(new Set(made.map(({ id }) => id)).size).toBe(50);
    expect(await Promise.all(made.map(({ secret }) => status(secret)))).toEqual(made.map(() => 200));
  });

  const good = { name: 'monitor', role: 'reader' };
  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['name', 'role']],
    ['no name', { role: 'reader' }, ['name']],
    ['an empty name', { ...good, name: '' }, ['name']],
    ['a name that is a number', { ...good, name: 7 }, ['name']],
    ['a name that is an object', { ...good, name: { $ne: '' } }, ['name']],
    ['a name of 101 characters', { ...good, name: 'x'.repeat(101) }, ['name']],
    ['no role', { name: 'monitor' }, ['role']],
    ['a role that there is not', { ...good, role: 'admin' }, ['role']],
    ['a role in capitals', { ...good, role: 'READER' }, ['role']],
    ['two roles', { ...good, role: ['reader', 'operator'] }, ['role']],
    ['a role by the prototype', { ...good, role: 'constructor' }, ['role']],
    ['an end in the past', { ...good, expiresAt: '2020-01-01' }, ['expiresAt']],
    ['an end that is no moment', { ...good, expiresAt: 'tomorrow' }, ['expiresAt']],
    ['an end that is a number', { ...good, expiresAt: 4_102_444_800_000 }, ['expiresAt']],
    ['an end of null', { ...good, expiresAt: null }, ['expiresAt']],
    ['a secret of its own', { ...good, secret: 'jm_mine' }, ['secret']],
    ['an id of its own', { ...good, id: 1 }, ['id']],
    ...REFUSED_TEXTS.map(([what, name]): [string, unknown, string[]] => [what, { ...good, name }, ['name']]),
  ])('are refused with %s, and nothing is made', async (_, sent, fields) => {
    const count = (): Promise<unknown> => elsewhere('SELECT count(*) AS n FROM api_keys');
    const before = await count();
    const { body } = await service
      .call('post', '/auth/keys')
      .send(sent as object)
      .expect(400);
    expectProblem(body, 'validation_failed', fields);
    expect(await count()).toEqual(before);
  });

  it.each([...KEPT_TEXTS, ['JSON', AWKWARD_JSON.slice(0, 90)] as const])(
    'keep their name as it was sent: %s',
    async (_, text) => {
      const name = [...text].slice(0, 100).join('');
      const { body } = await service.call('post', '/auth/keys').send({ name, role: 'reader' }).expect(201);
      expect(body.key.name).toBe(name);
    },
  );

  it('are no more than a thousand', async () => {
    const [{ n }] = (await elsewhere('SELECT count(*) AS n FROM api_keys')) as [{ n: number }];
    await elsewhere(
      `WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ?)
       INSERT INTO api_keys (name, role, hash, created_at) SELECT 'filler', 'reader', 'f' || i, '2026' FROM c`,
      999 - n,
    );
    const make = (): Test => service.call('post', '/auth/keys').send({ name: 'last', role: 'reader' });
    const statuses = (await Promise.all([make(), make(), make()])).map((answer) => answer.status);
    expect(statuses.sort()).toEqual([201, 409, 409]);
    expectProblem((await make().expect(409)).body, 'conflict');
    await elsewhere(`DELETE FROM api_keys WHERE name = 'filler'`);
  });

  it('and their digests are in no line of the log', () => {
    const log = service.log.join('\n');
    expect(log).not.toBe('');
    for (const secret of secrets) {
      expect(log).not.toContain(secret.slice(3));
      expect(log).not.toContain(createHash('sha256').update(secret).digest('hex'));
    }
  });
});

describe('An API key and a restart', () => {
  it('are no enemies', async () => {
    const first = await startService();
    const { id, secret } = await aKey(first, 'writer');
    await first.callAnonymously('get', '/memory/events').set('X-API-Key', secret).expect(200);
    await first.stop();
    const second = await startService({ folder: first.folder });
    const use = (): Test => second.callAnonymously('get', '/memory/events').set('X-API-Key', secret);
    await use().expect(200);
    await second.call('delete', `/auth/keys/${id}`).expect(204);
    await second.stop();
    const third = await startService({ folder: first.folder });
    await third.callAnonymously('get', '/memory/events').set('X-API-Key', secret).expect(401);
    await third.destroy();
  });
});

describe('While the database is down', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startUnusable();
  });
  afterAll(() => service.destroy());

  it('tokens are known, so that their owner is told what the matter is', async () => {
    for (const path of ['/memory/events', '/auth/keys']) {
      expectProblem((await service.call('get', path).expect(503)).body, 'database_unavailable');
    }
    await service.callAnonymously('post', '/auth/login').send({ password: PASSWORD }).expect(200);
    expectProblem((await service.call('post', '/auth/logout').expect(503)).body, 'database_unavailable');
  });

  it('API keys cannot be looked up, which is not to say that they are wrong', async () => {
    for (const method of ['get', 'post'] as const) {
      const call = service.callAnonymously(method, '/memory/events').set('X-API-Key', `jm_${'x'.repeat(43)}`);
      const { body, headers } = await call.expect(503);
      expectProblem(body, 'database_unavailable');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    await service.callAnonymously('get', '/memory/events').set('X-API-Key', 'x').expect(401);
    await service.callAnonymously('get', '/memory/events').expect(401);
  });
});
