import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aLargeSnapshot, aSnapshot, AWKWARD_JSON, nestedJson } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { SnapshotsService } from '../src/snapshots/index.js';
import { startService, type TestService } from './support/service.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('Snapshots over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  async function saved(snapshot: object, timestamp?: string): Promise<Record<string, unknown>> {
    const { body } = await service
      .call('post', '/memory/snapshots')
      .send({ snapshot, timestamp })
      .expect(201);
    return body.snapshot;
  }

  describe('while there is none', () => {
    it('the latest is a 404, and the list is empty', async () => {
      const { body } = await service.call('get', '/memory/snapshots/latest').expect(404);
      expectProblem(body, 'not_found');
      const list = await service.call('get', '/memory/snapshots').expect(200);
      expect(list.body).toEqual({ snapshots: [], nextCursor: null });
    });
  });

  describe('saving one', () => {
    it('says where it is, and returns it as it was sent', async () => {
      const sent = { snapshot: aSnapshot(), timestamp: '2026-11-22T21:15:00+01:00' };
      const { body, headers } = await service.call('post', '/memory/snapshots').send(sent).expect(201);
      expect(body).toEqual({
        snapshot: { id: 1, timestamp: '2026-11-22T20:15:00.000Z', snapshot: sent.snapshot },
      });
      expect(headers['location']).toBe('/api/memory/snapshots/1');
      const again = await service.call('get', '/memory/snapshots/1').expect(200);
      expect(again.text).toBe(JSON.stringify(body));
    });

    it('notes the current moment unless told another', async () => {
      const before = new Date().toISOString();
      const { timestamp } = await saved(aSnapshot());
      expect(timestamp).toMatch(ONE_FORM);
      expect(String(timestamp) >= before).toBe(true);
    });

    it.each([
      ['an empty object', '{}'],
      ['keys that mean something to JavaScript', AWKWARD_JSON],
      ['exactly 64 levels', nestedJson(64)],
    ])('keeps it equal, to the character: %s', async (_, snapshot) => {
      const { text, body } = await service
        .call('post', '/memory/snapshots')
        .type('json')
        .send(`{"snapshot":${snapshot}}`)
        .expect(201);
      expect(text).toContain(`"snapshot":${snapshot}}`);
      const read = await service.call('get', `/memory/snapshots/${String(body.snapshot.id)}`).expect(200);
      expect(read.text).toBe(text);
    });

    it.each([
      ['65 levels', nestedJson(65)],
      ['2000 levels', nestedJson(2000)],
      ['a number that no double holds', '{"a":1e400}'],
    ])('refuses %s', async (_, snapshot) => {
      const { body } = await service
        .call('post', '/memory/snapshots')
        .type('json')
        .send(`{"snapshot":${snapshot}}`)
        .expect(400);
      expectProblem(body, 'validation_failed', ['snapshot']);
    });

    it('keeps one of two megabytes equal, alone and as the latest', async () => {
      const snapshot = aLargeSnapshot(2);
      expect(JSON.stringify(snapshot).length).toBeGreaterThan(2_000_000);
      const { id } = await saved(snapshot, '2090-01-01');
      const alone = await service.call('get', `/memory/snapshots/${String(id)}`).expect(200);
      expect(alone.body.snapshot.snapshot).toEqual(snapshot);
      const latest = await service.call('get', '/memory/snapshots/latest').expect(200);
      expect(latest.text).toBe(alone.text);
    });

    it('gives a large one back to the letter in every answer, but for the white space outside its strings', async () => {
      const members = `"log":"${'Größe 🚨 \\u0041\\n '.repeat(100_000)}","n":1.50,"n":12345678901234567890`;
      const { body, text } = await service
        .call('post', '/memory/snapshots')
        .type('json')
        .send(`{ "timestamp":"1979-01-01", "snapshot" : { ${members} ,\n "x" : [ ] } }`)
        .expect(201);
      const { id, timestamp } = body.snapshot as { id: number; timestamp: string };
      const answer = `{"id":${id},"timestamp":"${timestamp}","snapshot":{${members},"x":[]}}`;
      expect(text === `{"snapshot":${answer}}`).toBe(true);
      const read = async (path: string) =>
        (await service.call('get', `/memory/snapshots${path}`).expect(200)).text;
      expect((await read(`/${id}`)) === text).toBe(true);
      expect(
        (await read('?since=1979-01-01&until=1979-01-02')) === `{"snapshots":[${answer}],"nextCursor":null}`,
      ).toBe(true);
      expect((await read('/at?time=1979-01-01')).includes(answer)).toBe(true);
      const { snapshot } = (await service.app.get(SnapshotsService, { strict: false }).getSnapshot(id)) ?? {};
      expect(snapshot).toEqual(JSON.parse(`{${members},"x":[]}`));
    });

    it('takes one of 16 MB to the byte', async () => {
      const snapshot = { a: 'x'.repeat(16 * 1_048_576 - '{"a":""}'.length) };
      const { id } = await saved(snapshot, '1980-01-01');
      const { body } = await service.call('get', `/memory/snapshots/${String(id)}`).expect(200);
      expect(body.snapshot.snapshot.a === snapshot.a).toBe(true);
    });
  });

  describe('getting one', () => {
    it('that is not there is a 404', async () => {
      const { body } = await service.call('get', '/memory/snapshots/999999999').expect(404);
      expectProblem(body, 'not_found');
    });

    it('as the latest goes by its timestamp and not by its arrival; the later id breaks a tie', async () => {
      const newest = await saved({ name: 'newest' }, '2099-01-02');
      await saved({ name: 'arrived later' }, '2099-01-01');
      const latest = async (): Promise<unknown> =>
        (await service.call('get', '/memory/snapshots/latest').expect(200)).body.snapshot;
      expect(await latest()).toEqual(newest);
      const tie = await saved({ name: 'same moment' }, '2099-01-02');
      expect(await latest()).toEqual(tie);
    });
  });

  describe('listing', () => {
    /** The snapshots of these tests lie in a year of their own. */
    const YEAR = 'since=2020-01-01&until=2021-01-01';

    beforeAll(async () => {
      const days = ['2020-01-01', '2020-01-03', '2020-01-02', '2020-01-03', '2020-01-04'];
      for (const [index, day] of days.entries()) await saved({ name: 'abcde'[index] }, day);
    });

    async function list(
      query: string,
    ): Promise<{ snapshots: Record<string, unknown>[]; nextCursor: unknown }> {
      return (await service.call('get', `/memory/snapshots?${query}`).expect(200)).body;
    }

    async function names(query: string): Promise<string> {
      const { snapshots } = await list(query);
      return snapshots.map(({ snapshot }) => (snapshot as { name: string }).name).join('');
    }

    it.each([
      [YEAR, 'edbca'],
      [`${YEAR}&view=full`, 'edbca'],
      [`${YEAR}&limit=2`, 'ed'],
      ['since=2020-01-02&until=2020-01-03', 'c'],
      ['since=2020-01-02&until=2020-01-03T00:00:00.001Z', 'dbc'],
      ['since=2020-01-03&until=2020-01-03', ''],
    ])('with %s gives %j, newest first', async (query, expected) => {
      expect(await names(query)).toBe(expected);
    });

    it('gives each as it is given alone', async () => {
      for (const item of (await list(YEAR)).snapshots) {
        const { body } = await service.call('get', `/memory/snapshots/${String(item['id'])}`).expect(200);
        expect(item).toEqual(body.snapshot);
      }
    });

    it('with view=meta gives moment and size, and no state', async () => {
      const full = await list(YEAR);
      const meta = await list(`${YEAR}&view=meta`);
      expect(meta.snapshots).toEqual(
        full.snapshots.map(({ id, timestamp, snapshot }) => ({
          id,
          timestamp,
          bytes: Buffer.byteLength(JSON.stringify(snapshot)),
        })),
      );
    });

    it('counts the size in bytes, not in characters', async () => {
      await saved({ a: '🚨' }, '2015-01-01');
      const { snapshots } = await list('since=2015-01-01&until=2016-01-01&view=meta');
      expect(snapshots).toEqual([expect.objectContaining({ bytes: '{"a":"...."}'.length })]);
    });

    it.each(['full', 'meta'])('comes in pages with view=%s, each once', async (view) => {
      const read: unknown[] = [];
      let cursor: unknown = '';
      while (cursor !== null) {
        const page = await list(`${YEAR}&view=${view}&limit=2${cursor ? `&cursor=${String(cursor)}` : ''}`);
        read.push(...page.snapshots.map(({ id }) => id));
        cursor = page.nextCursor;
      }
      expect(read).toEqual((await list(YEAR)).snapshots.map(({ id }) => id));
    });

    it('holds 20 unless told otherwise, and as many as 100', async () => {
      for (let count = 0; count < 101; count++) await saved({ count }, '2016-01-01');
      const span = 'since=2016-01-01&until=2017-01-01&view=meta';
      for (const [limit, count] of [
        ['', 20],
        ['&limit=1', 1],
        ['&limit=100', 100],
      ] as const) {
        const { snapshots, nextCursor } = await list(`${span}${limit}`);
        expect(snapshots).toHaveLength(count);
        expect(nextCursor).toEqual(expect.any(String));
      }
    });

    it('ends a full page before its states exceed 4 MB, and goes on from there', async () => {
      const state = { a: 'x'.repeat(1.5 * 1_048_576) };
      // By the other door: what the route does with large bodies is tested above.
      const door = service.app.get(SnapshotsService, { strict: false });
      for (const day of [1, 2, 3]) await door.saveSnapshot(state, `2017-01-0${day}`);
      const span = 'since=2017-01-01&until=2018-01-01';
      const first = await list(span);
      expect(first.snapshots.map(({ timestamp }) => String(timestamp).slice(0, 10))).toEqual([
        '2017-01-03',
        '2017-01-02',
      ]);
      const second = await list(`${span}&cursor=${String(first.nextCursor)}`);
      expect(second.snapshots.map(({ timestamp }) => String(timestamp).slice(0, 10))).toEqual(['2017-01-01']);
      expect(second.nextCursor).toBeNull();
    });
  });
});
