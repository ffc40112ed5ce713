import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PreferencesService } from '../src/preferences/index.js';
import { expectProblem } from './factories/problem.js';
import { KEPT_TEXTS, REFUSED_TEXTS } from './factories/texts.js';
import { startService, type TestService } from './support/service.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('Preferences over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  function pathOf(key: string): string {
    return `/memory/preferences/${encodeURIComponent(key)}`;
  }

  async function set(key: string, value: unknown): Promise<Record<string, unknown>> {
    const { body } = await service.call('put', pathOf(key)).send({ value }).expect(200);
    return body.preference;
  }

  async function get(key: string): Promise<Record<string, unknown>> {
    const { body } = await service.call('get', pathOf(key)).expect(200);
    return body.preference;
  }

  async function all(): Promise<Record<string, unknown>[]> {
    const { body } = await service.call('get', '/memory/preferences').expect(200);
    expect(Object.keys(body)).toEqual(['preferences', 'nextCursor']);
    expect(body.nextCursor).toBeNull();
    return body.preferences;
  }

  it('end a page at 4 MB, by key, and go on from its nextCursor, in process all at once', async () => {
    const keys = ['a~1', 'a~2', 'b', 'ä', '🏠', 'z'.repeat(255)];
    const value = 'v'.repeat(1_048_576 - 100);
    for (const key of keys) await set(key, value);
    const found: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path: string = cursor ? `/memory/preferences?cursor=${cursor}` : '/memory/preferences';
      const { body } = await service.call('get', path).expect(200);
      found.push(body.preferences.map(({ key }: { key: string }) => key));
      cursor = body.nextCursor;
    }
    const byBytes = [...keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
    expect(found).toEqual([byBytes.slice(0, 4), byBytes.slice(4)]);
    const all = await service.app.get(PreferencesService).getAllPreferences();
    expect(all.map(({ key }) => key)).toEqual(byBytes);
    await service.call('get', '/memory/preferences?cursor=nonsense').expect(400);
    for (const key of keys) await service.call('delete', pathOf(key)).expect(204);
  });

  it('end a page at a thousand', async () => {
    await service.store
      .run(`WITH RECURSIVE n(i) AS (SELECT 100000 UNION ALL SELECT i + 1 FROM n WHERE i < 101500)
      INSERT INTO preferences SELECT 'k' || i, 'v', '2026-01-01T00:00:00.000Z' FROM n`);
    const { body } = await service.call('get', '/memory/preferences').expect(200);
    expect(body.preferences).toHaveLength(1000);
    const rest = await service.call('get', `/memory/preferences?cursor=${body.nextCursor}`).expect(200);
    expect(rest.body.preferences[0].key).toBe('k101000');
    expect(rest.body).toMatchObject({ preferences: { length: 501 }, nextCursor: null });
    await service.store.run('DELETE FROM preferences');
  });

  it('are an empty list at first', async () => {
    expect(await all()).toEqual([]);
  });

  it('are set for the first time, and again, and keep the last value only', async () => {
    const before = new Date().toISOString();
    const first = await set('ui.theme', 'dark');
    expect(first).toEqual({ key: 'ui.theme', value: 'dark', updatedAt: expect.stringMatching(ONE_FORM) });
    expect(String(first['updatedAt']) >= before).toBe(true);
    expect(await get('ui.theme')).toEqual(first);
    await new Promise((later) => setTimeout(later, 5));
    const second = await set('ui.theme', 'light');
    expect(second['value']).toBe('light');
    expect(String(second['updatedAt']) > String(first['updatedAt'])).toBe(true);
    expect(await all()).toEqual([second]);
  });

  it.each([
    ['a text', 'dark', 'dark'],
    ['an empty text', '', ''],
    ['a text of JSON, which stays text', '{"a": 1}', '{"a": 1}'],
    ['a number', 42, '42'],
    ['zero', 0, '0'],
    ['a negative fraction', -1.5, '-1.5'],
    ['true', true, 'true'],
    ['false', false, 'false'],
  ])('take %s', async (_, value, text) => {
    expect(await set('any.value', value)).toMatchObject({ value: text });
    expect(await get('any.value')).toMatchObject({ value: text });
  });

  it('take a value of a megabyte, counted in bytes', async () => {
    const value = 'ü'.repeat(524_288);
    await set('large', value);
    expect((await get('large'))['value']).toBe(value);
    const { body } = await service
      .call('put', pathOf('large'))
      .send({ value: `${value}x` })
      .expect(400);
    expectProblem(body, 'validation_failed', ['value']);
  });

  it.each(KEPT_TEXTS)('keep %s in key and value', async (_, text) => {
    const preference = await set(text, text);
    expect(preference).toMatchObject({ key: text, value: text });
    expect(await get(text)).toEqual(preference);
    expect(await all()).toContainEqual(preference);
  });

  it.each(REFUSED_TEXTS)('refuse a value with %s', async (_, value) => {
    const { body } = await service.call('put', pathOf('ui.theme')).send({ value }).expect(400);
    expectProblem(body, 'validation_failed', ['value']);
  });

  it.each([
    'a/b/c',
    '/',
    '//',
    'with space',
    '50 %',
    '%2F',
    '%',
    '?a=b&c#d',
    'a+b',
    'schlüssel/🔑',
    '\u202eright to left',
    '__proto__',
    'constructor',
    'toString',
    "' OR '1'='1",
    'x'.repeat(255),
    '🔑'.repeat(255),
  ])('have the key %j, which the path carries percent-encoded', async (key) => {
    await set('bystander', 'here');
    const preference = await set(key, key);
    expect(preference['key']).toBe(key);
    expect(await get(key)).toEqual(preference);
    await service.call('delete', pathOf(key)).expect(204);
    await service.call('get', pathOf(key)).expect(404);
    expect((await get('bystander'))['value']).toBe('here');
  });

  it.each([
    ['256 characters', 'x'.repeat(256)],
    ['256 emoji', '🔑'.repeat(256)],
    ['a NUL', 'a\0b'],
  ])('have no key of %s', async (_, key) => {
    for (const answer of [
      service.call('put', pathOf(key)).send({ value: 'x' }),
      service.call('get', pathOf(key)),
      service.call('delete', pathOf(key)),
    ]) {
      const { body } = await answer.expect(400);
      expectProblem(body, 'validation_failed', ['key']);
    }
  });

  it('tell keys apart by case and by white space', async () => {
    for (const key of ['case', 'Case', 'case ']) await set(key, key);
    for (const key of ['case', 'Case', 'case ']) expect((await get(key))['value']).toBe(key);
  });

  it('are listed by key', async () => {
    for (const key of ['sorted.b', 'sorted.c', 'sorted.a']) await set(key, 'x');
    const keys = (await all()).map(({ key }) => String(key)).filter((key) => key.startsWith('sorted.'));
    expect(keys).toEqual(['sorted.a', 'sorted.b', 'sorted.c']);
  });

  it('that were never set are a 404', async () => {
    for (const answer of [service.call('get', pathOf('never')), service.call('delete', pathOf('never'))]) {
      const { body } = await answer.expect(404);
      expectProblem(body, 'not_found');
    }
  });

  it('are gone once they are deleted, and can be set anew', async () => {
    await set('short-lived', '1');
    await service.call('delete', pathOf('short-lived')).expect(204);
    await service.call('delete', pathOf('short-lived')).expect(404);
    expect((await all()).map(({ key }) => key)).not.toContain('short-lived');
    expect(await set('short-lived', '2')).toMatchObject({ value: '2' });
  });

  it('set by sixteen at the same moment end with the value of one of them', async () => {
    const values = Array.from({ length: 16 }, (_, index) => `value ${index}`);
    await Promise.all(values.map((value) => set('contested', value)));
    expect(values).toContain((await get('contested'))['value']);
    expect((await all()).filter(({ key }) => key === 'contested')).toHaveLength(1);
  });
});

describe('What preferences were', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  const T = '2026-01-01T00:00:00.000Z';
  const day = (number: number): string => `2026-01-0${number}T00:00:00.000Z`;

  async function historyOf(key: string): Promise<unknown[]> {
    const path = `/memory/preferences/${encodeURIComponent(key)}/history`;
    const { body } = await service.call('get', path).expect(200);
    expect(body.nextCursor).toBeNull();
    return (body.history as { value: unknown; changedAt: string }[]).map(({ value, changedAt }) => [
      value,
      changedAt,
    ]);
  }

  async function at(moment: string, more = ''): Promise<string[]> {
    const { body } = await service.call('get', `/memory/preferences?at=${moment}${more}`).expect(200);
    return (body.preferences as Record<string, string>[]).map(({ key, value }) => `${key}=${value}`);
  }

  const set = (key: string, value: string, when: string): Promise<unknown> =>
    service.store.run(`INSERT INTO preferences VALUES ('${key}', '${value}', '${when}')
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`);

  it('is each value from its moment on, whoever set it; the same again is no change', async () => {
    await set('theme', 'dark', day(1));
    await set('theme', 'dark', day(2));
    await set('theme', 'light', day(3));
    await service.call('put', '/memory/preferences/theme').send({ value: 'black' }).expect(200);
    await service.call('put', '/memory/preferences/theme').send({ value: 'black' }).expect(200);
    const history = await historyOf('theme');
    expect(history).toEqual([
      ['black', expect.stringMatching(ONE_FORM)],
      ['light', day(3)],
      ['dark', day(1)],
    ]);
    expect(await at(day(1))).toEqual(['theme=dark']);
    expect(await at('2025-12-31')).toEqual([]);
    expect(await at('2026-01-02T23:59:59.999Z')).toEqual(['theme=dark']);
    expect(await at(day(3))).toEqual(['theme=light']);
    expect(await at(new Date().toISOString())).toEqual(['theme=black']);
  });

  it('is also known of one that was deleted, and set anew', async () => {
    await set('gone', '1', day(1));
    await service.call('delete', '/memory/preferences/gone').expect(204);
    await service.call('get', '/memory/preferences/gone').expect(404);
    expect(await historyOf('gone')).toEqual([
      [null, expect.stringMatching(ONE_FORM)],
      ['1', day(1)],
    ]);
    expect(await at(day(2))).toEqual(['gone=1', 'theme=dark']);
    expect(await at(new Date().toISOString())).toEqual(['theme=black']);
    await service.call('put', '/memory/preferences/gone').send({ value: '1' }).expect(200);
    expect((await historyOf('gone')).map((change) => (change as unknown[])[0])).toEqual(['1', null, '1']);
    await service.call('delete', '/memory/preferences/gone').expect(204);
  });

  it('ends with what holds, also where a clock goes backwards or a time is none', async () => {
    await set('clock', 'first', day(5));
    await set('clock', 'second', day(4));
    await set('clock', 'third', 'yesterday');
    const [third, second, first] = await historyOf('clock');
    expect([second, first]).toEqual([
      ['second', day(5)],
      ['first', day(5)],
    ]);
    expect(third).toEqual(['third', expect.stringMatching(ONE_FORM)]);
    await service.store.run(`UPDATE preferences SET key = 'renamed', value = 'x' WHERE key = 'clock'`);
    expect((await historyOf('clock'))[0]).toEqual([null, expect.stringMatching(ONE_FORM)]);
    expect((await historyOf('renamed'))[0]).toEqual(['x', expect.stringMatching(ONE_FORM)]);
    await service.store.run('DELETE FROM preferences');
    expect(await at(new Date().toISOString())).toEqual([]);
  });

  it('is not held by a clock that was in the future', async () => {
    await set('ahead', 'then', '2199-01-01T00:00:00.000Z');
    await service.store.run(
      `UPDATE preference_history SET changed_at = '2199-01-01T00:00:00.000Z' WHERE key = 'ahead'`,
    );
    await service.call('put', '/memory/preferences/ahead').send({ value: 'now' }).expect(200);
    const history = (await historyOf('ahead')) as [string, string][];
    expect(history.map(([value]) => value)).toEqual(['now', 'then']);
    for (const [, changedAt] of history)
      expect(changedAt <= new Date(Date.now() + 1000).toISOString()).toBe(true);
    await service.call('delete', '/memory/preferences/ahead').expect(204);
  });

  it('comes in pages, by key and by change', async () => {
    const value = 'v'.repeat(1_048_576 - 100);
    for (const key of ['a', 'b', 'c', 'd', 'e'])
      await service.call('put', `/memory/preferences/large.${key}`).send({ value }).expect(200);
    const moment = new Date().toISOString();
    const first = await service.call('get', `/memory/preferences?at=${moment}`).expect(200);
    expect(first.body.preferences).toHaveLength(4);
    const { nextCursor } = first.body as { nextCursor: string };
    expect(await at(moment, `&cursor=${nextCursor}`)).toEqual([`large.e=${value}`]);
    await service.call('get', `/memory/preferences?at=${day(1)}&cursor=${nextCursor}`).expect(400);
    await service.store.run('DELETE FROM preferences');
    for (let count = 0; count < 5; count++) await set('often', String(count), T);
    const page = await service.call('get', '/memory/preferences/often/history?limit=2').expect(200);
    expect(page.body.history).toMatchObject([{ value: '4' }, { value: '3' }]);
    const path = `/memory/preferences/often/history?limit=3&cursor=${page.body.nextCursor}`;
    const rest = await service.call('get', path).expect(200);
    expect(rest.body.history).toMatchObject([{ value: '2' }, { value: '1' }, { value: '0' }]);
  });

  it('looks at a thousand keys for a page', async () => {
    await service.store
      .run(`WITH RECURSIVE n(i) AS (SELECT 100000 UNION ALL SELECT i + 1 FROM n WHERE i < 101500)
      INSERT INTO preferences SELECT 'k' || i, 'v', '${T}' FROM n`);
    await service.store.run('DELETE FROM preferences');
    const moment = new Date().toISOString();
    const { body } = await service.call('get', `/memory/preferences?at=${moment}`).expect(200);
    expect(body).toMatchObject({ preferences: [], nextCursor: expect.any(String) });
    expect(await at(moment, `&cursor=${body.nextCursor}`)).toEqual([]);
  });

  it.each([
    ['/memory/preferences?at=yesterday', 'at'],
    ['/memory/preferences/theme/history?limit=0', 'limit'],
    ['/memory/preferences/theme/history?cursor=nonsense', 'cursor'],
  ])('refuses %s', async (path, field) => {
    const { body } = await service.call('get', path).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  it('is a 404 for a key that was never set', async () => {
    const { body } = await service.call('get', '/memory/preferences/never/history').expect(404);
    expectProblem(body, 'not_found');
  });
});
