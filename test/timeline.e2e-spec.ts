import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HistoryService } from '../src/history/index.js';
import { expectProblem } from './factories/problem.js';
import { until } from './support/instances.js';
import { startService, type TestService } from './support/service.js';

interface Item {
  readonly at: string;
  readonly kind: string;
  readonly id: number | string;
  readonly title: string;
  readonly node?: string;
  readonly sessionId?: string;
  readonly changes?: readonly string[];
}

const DAY = '2026-03-10';
const at = (time: string): string => `${DAY}T${time}:00.000Z`;
const RANK = ['snapshot', 'event', 'message', 'preference', 'resolution'];

describe('The timeline', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    await fill();
  });
  afterAll(() => service.destroy());

  /** A day on which something of every kind happens at the same moments, and much of it at noon. */
  async function fill(): Promise<void> {
    const run = (sql: string): Promise<unknown> => service.store.run(sql);
    const minute = `'${DAY}T' || CASE WHEN n < 60 THEN '08:' ELSE '09:' END || substr(CAST(100 + n % 60 AS text), 2) || ':00.000Z'`;
    const numbers = (to: number): string =>
      `WITH RECURSIVE ns(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM ns WHERE n < ${to})`;
    await run(
      `${numbers(119)} INSERT INTO cluster_snapshots ("timestamp", snapshot) SELECT ${minute}, '{}' FROM ns`,
    );
    await run('DELETE FROM snapshots_to_compare');
    for (const [time, node, severity, resolved] of [
      ['08:10', 'pve1', 'warning', at('09:00')],
      ['08:20', 'pve2', 'error', at('08:20')],
      ['08:20', 'pve1', 'info', null],
      ['12:00', 'pve2', 'critical', null],
    ] as const)
      await run(`INSERT INTO events ("timestamp", type, severity, source, node, summary, resolved, resolved_at, resolved_by)
        VALUES ('${at(time)}', 'alert', '${severity}', 'monitor', '${node}', 'At ${time} on ${node}', ${
          resolved ? `true, '${resolved}', 'user'` : 'false, NULL, NULL'
        })`);
    for (const [time, session, content] of [
      ['08:20', 'chat-1', '\nWhat happened!\nTell me all.'],
      ['08:21', 'chat-1', 'word '.repeat(200)],
      ['12:00', 'chat-2', 'Hello'],
    ] as const)
      await run(`INSERT INTO conversations (session_id, "timestamp", role, content)
        VALUES ('${session}', '${at(time)}', 'user', '${content}')`);
    await run(`INSERT INTO preferences VALUES ('ui.theme', 'dark', '${at('08:20')}')`);
    await run(`UPDATE preferences SET value = 'light', updated_at = '${at('12:00')}'`);
    await run(`INSERT INTO snapshot_changes (snapshot_id, "timestamp", lines) VALUES
      (21, '${at('08:20')}', '[{"text":"node pve2 left","kind":"node.left","subject":"node/pve2","node":"pve2"}]'),
      (31, '${at('08:30')}', '[{"text":"node pve2 returned","kind":"node.returned","subject":"node/pve2","node":"pve2"},
        {"text":"guest 104 (dns) went from running to stopped","kind":"guest.stopped","subject":"qemu/104","node":"pve1"}]')`);
  }

  async function list(query: string): Promise<{ items: Item[]; body: Record<string, unknown> }> {
    const { body } = await service.call('get', `/memory/timeline?${query}`).expect(200);
    return { items: body.timeline, body };
  }

  const shortOf = ({ at: moment, kind, id }: Item): string => `${moment.slice(11, 16)} ${kind} ${id}`;

  it('merges all kinds, newest first, what has the same time in a fixed order', async () => {
    const { items, body } = await list('');
    expect(items.map(shortOf)).toEqual([
      '12:00 preference ui.theme',
      '12:00 message 3',
      '12:00 event 4',
      '09:00 resolution 1',
      '08:30 snapshot 31',
      '08:21 message 2',
      '08:20 resolution 2',
      '08:20 preference ui.theme',
      '08:20 message 1',
      '08:20 event 3',
      '08:20 event 2',
      '08:20 snapshot 21',
      '08:10 event 1',
    ]);
    expect(body).toMatchObject({ nextCursor: null, uncomparedSince: null });
  });

  it('says of each what happened in one line', async () => {
    const { items } = await list('');
    const titled = Object.fromEntries(items.map((item) => [shortOf(item), item]));
    expect(titled['08:20 message 1']!.title).toBe('user: What happened!');
    expect(titled['08:21 message 2']!.title).toMatch(/^user: word .* …$/);
    expect(titled['08:21 message 2']!.title.length).toBeLessThanOrEqual(300);
    expect(titled['08:20 resolution 2']).toMatchObject({
      title: 'resolved by user: At 08:20 on pve2',
      node: 'pve2',
      severity: 'error',
    });
    expect(titled['08:30 snapshot 31']!.title).toBe(
      'node pve2 returned; guest 104 (dns) went from running to stopped',
    );
    expect(titled['08:30 snapshot 31']!.node).toBeUndefined();
    expect(titled['08:20 snapshot 21']).toMatchObject({
      title: 'node pve2 left',
      node: 'pve2',
      changes: ['node.left'],
    });
    expect(titled['08:30 snapshot 31']!.changes).toEqual(['node.returned', 'guest.stopped']);
    expect(titled['08:20 message 1']!.sessionId).toBe('chat-1');
    expect(items.filter(({ kind }) => kind === 'preference').map(({ title }) => title)).toEqual([
      'ui.theme set to light',
      'ui.theme set to dark',
    ]);
  });

  it.each([
    ['node=pve1', ['09:00 resolution 1', '08:30 snapshot 31', '08:20 event 3', '08:10 event 1']],
    ['node=pve2&kind=snapshot', ['08:30 snapshot 31', '08:20 snapshot 21']],
    ['sessionId=chat-1', ['08:21 message 2', '08:20 message 1']],
    ['sessionId=chat-1&node=pve1', []],
    [
      'kind=resolution&kind=preference&until=2026-03-10T12:00Z',
      ['09:00 resolution 1', '08:20 resolution 2', '08:20 preference ui.theme'],
    ],
    [
      'since=2026-03-10T08:21Z&until=2026-03-10T12:00Z',
      ['09:00 resolution 1', '08:30 snapshot 31', '08:21 message 2'],
    ],
    ['since=2026-03-11', []],
  ])('is filtered by %s', async (query, expected) => {
    expect((await list(query)).items.map(shortOf)).toEqual(expected);
  });

  it('comes in pages of any size, nothing twice and nothing left out', async () => {
    const all = (await list('')).items;
    const sizes = fc.integer({ min: 1, max: 7 });
    const filters = fc.constantFrom(
      '',
      '&node=pve2',
      '&kind=event&kind=resolution',
      '&since=2026-03-10T08:20Z',
    );
    await fc.assert(
      fc.asyncProperty(sizes, filters, async (limit, filter) => {
        const expected = filter === '' ? all : (await list(filter)).items;
        const found: Item[] = [];
        let cursor = '';
        do {
          const { items, body } = await list(`limit=${limit}${filter}${cursor}`);
          expect(items.length).toBeLessThanOrEqual(limit);
          found.push(...items);
          cursor = body['nextCursor'] === null ? '' : `&cursor=${String(body['nextCursor'])}`;
        } while (cursor !== '');
        expect(found).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('is in the order of time, kind and id', async () => {
    const { items } = await list('kind=event&kind=message&kind=resolution&kind=snapshot');
    const keys = items.map(
      ({ at: moment, kind, id }) => `${moment} ${RANK.indexOf(kind)} ${String(id).padStart(9, '0')}`,
    );
    expect(keys).toEqual([...keys].sort().reverse());
  });

  it('is centred on an item, with half of the page on each side', async () => {
    const around = async (query: string): Promise<string[]> =>
      (await list(`around=${query}`)).items.map(shortOf);
    expect(await around('event:3&minutes=1')).toEqual([
      '08:21 message 2',
      '08:20 resolution 2',
      '08:20 preference ui.theme',
      '08:20 message 1',
      '08:20 event 3',
      '08:20 event 2',
      '08:20 snapshot 21',
    ]);
    expect(await around('event:3&minutes=1&limit=3')).toEqual([
      '08:20 message 1',
      '08:20 event 3',
      '08:20 event 2',
    ]);
    expect(await around('event:1&limit=3')).toEqual(['08:20 event 2', '08:20 snapshot 21', '08:10 event 1']);
    expect(await around('snapshot:26&minutes=5')).toEqual([
      '08:30 snapshot 31',
      '08:21 message 2',
      ...(await around('event:3&minutes=1')).slice(1),
    ]);
    expect(await around('preference:ui.theme&minutes=1')).toEqual([
      '12:00 preference ui.theme',
      '12:00 message 3',
      '12:00 event 4',
    ]);
    expect(await around('resolution:1&minutes=1')).toEqual(['09:00 resolution 1']);
    expect(await around('event:3&minutes=1&since=2026-03-10T08:21Z')).toEqual(['08:21 message 2']);
    expect(await around('event:2&minutes=1&node=pve2')).toEqual([
      '08:20 resolution 2',
      '08:20 event 2',
      '08:20 snapshot 21',
    ]);
    const { body } = await list('around=event:3&minutes=1&limit=3');
    expect(body).toMatchObject({ coverage: { from: at('08:20'), to: at('08:20') } });
    const rest = await list(`around=event:3&minutes=1&limit=3&cursor=${String(body['nextCursor'])}`);
    expect(rest.items.map(shortOf)).toEqual(['08:20 snapshot 21']);
  });

  it('says what window it is all of, and when nobody was watching', async () => {
    const { body } = await list('since=2026-03-10T08:30Z&until=2026-03-10T13:00Z');
    expect(body['coverage']).toEqual({
      from: at('08:30'),
      to: at('13:00'),
      gaps: [{ from: at('09:59'), to: at('13:00'), what: 'snapshots' }],
      thinned: false,
      shortestGapSeconds: 300,
    });
    const before = await list('since=2026-03-09&until=2026-03-10T08:00Z');
    expect(before.body['coverage']).toMatchObject({
      gaps: [{ from: '2026-03-09T00:00:00.000Z', to: at('08:00'), what: 'anything' }],
    });
    const page = await list('limit=3');
    expect(page.body['coverage']).toMatchObject({ from: at('12:00') });
  });

  it('has a gap where snapshots paused, whatever the window, and none where they did not', async () => {
    await service.store.run(
      `DELETE FROM cluster_snapshots WHERE "timestamp" > '${at('08:14')}' AND "timestamp" < '${at('08:42')}'`,
    );
    for (const window of [
      'since=2026-03-10T08:02Z&until=2026-03-10T09:30Z',
      'since=2026-03-10T08:00Z&until=2026-03-10T09:59Z',
      'since=2026-03-10T08:10Z&until=2026-03-10T08:50Z',
    ])
      expect((await list(window)).body['coverage']).toMatchObject({
        gaps: [{ from: at('08:14'), to: at('08:42'), what: 'snapshots' }],
      });
    expect((await list('since=2026-03-10T08:20Z&until=2026-03-10T08:30Z')).body['coverage']).toMatchObject({
      gaps: [{ from: at('08:20'), to: at('08:30'), what: 'snapshots' }],
    });
    expect((await list('since=2026-03-10T09:00Z&until=2026-03-10T09:30Z')).body['coverage']).toMatchObject({
      gaps: [],
    });
  });

  it('finds the same gap where it looks at each row and where it looks at places of the window', async () => {
    // One a minute from midnight to four in the afternoon, but none for half an hour.
    await service.store.run(`WITH RECURSIVE ns(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM ns WHERE n < 960)
      INSERT INTO events ("timestamp", type, severity, source, summary, resolved)
      SELECT '2026-04-01T' || substr(CAST(100 + n / 60 AS text), 2) || ':' || substr(CAST(100 + n % 60 AS text), 2) || ':00.000Z',
        'status', 'info', 'monitor', 'Minute', false FROM ns WHERE n < 600 OR n > 630`);
    const coverageOf = async (window: string): Promise<object> =>
      (await list(window)).body['coverage'] as object;
    const gap = { from: '2026-04-01T09:59:00.000Z', to: '2026-04-01T10:31:00.000Z', what: 'monitor events' };
    for (const [since, until] of [
      ['09:00', '12:00'],
      ['00:10', '15:50'],
    ] as const)
      expect(
        await coverageOf(`since=2026-04-01T${since}Z&until=2026-04-01T${until}Z&kind=preference`),
      ).toEqual(expect.objectContaining({ gaps: expect.arrayContaining([gap]), shortestGapSeconds: 300 }));
    // 45 hours are more than 400 times five minutes; so is what is beyond two days, where places are looked at.
    const whole = await coverageOf('since=2026-03-30T12:00Z&until=2026-04-01T09:00Z&kind=preference');
    expect(whole).toMatchObject({ shortestGapSeconds: 300 });
    const places = await coverageOf('since=2026-03-30T00:00Z&until=2026-04-01T09:00Z&kind=preference');
    expect(places).toMatchObject({ shortestGapSeconds: 513 });
    await service.store.run(`DELETE FROM events WHERE summary = 'Minute'`);
  });

  it('has no gap where retention forgot what was there, but one where there was nothing to forget', async () => {
    const forget = async (from: string, until: string): Promise<void> => {
      await service.store.run('DELETE FROM forgotten_ranges');
      await service.store
        .run(`INSERT INTO forgotten_ranges (kind, rule, "from", until, first_id, last_id, since, at, rows, keys)
        VALUES ('snapshot', 'keep-last', '${at(from)}', '${at(until)}', 16, 42, '${at('10:00')}', '${at('10:00')}', 27, '')`);
    };
    const window = 'since=2026-03-10T08:10Z&until=2026-03-10T08:50Z';
    await forget('08:15', '08:41');
    expect((await list(window)).body['coverage']).toMatchObject({ gaps: [], thinned: true });
    await forget('08:15', '08:20');
    expect((await list(window)).body['coverage']).toMatchObject({
      gaps: [{ from: at('08:20'), to: at('08:42'), what: 'snapshots' }],
      thinned: true,
    });
    const later = 'since=2026-03-10T09:00Z&until=2026-03-10T09:30Z';
    expect((await list(later)).body['coverage']).toMatchObject({ thinned: false });
  });

  it('tells which snapshots are not compared yet', async () => {
    // The comparison may come between the two.
    await until(async () => {
      await service.store.run('DELETE FROM snapshots_to_compare');
      await service.store.run(`INSERT INTO snapshots_to_compare VALUES ('${at('09:00')}', 61)`);
      return (await list('limit=1')).body['uncomparedSince'] === at('09:00');
    });
  });

  it.each([
    ['kind=weather', 'kind'],
    ['around=event', 'around'],
    ['around=weather:1', 'around'],
    ['around=event:dns', 'around'],
    ['around=event:01', 'around'],
    ['around=preference:', 'around'],
    ['minutes=0', 'minutes'],
    ['limit=201', 'limit'],
    ['cursor=nonsense', 'cursor'],
    ['since=2026-03-10&until=2026-03-09', 'until'],
    ['hour=3', 'hour'],
  ])('refuses %s', async (query, field) => {
    const { body } = await service.call('get', `/memory/timeline?${query}`).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  it.each(['event:999', 'resolution:4', 'snapshot:999', 'message:999', 'preference:none'])(
    'is a 404 around %s',
    async (item) => {
      const { body } = await service.call('get', `/memory/timeline?around=${item}`).expect(404);
      expectProblem(body, 'not_found');
    },
  );

  it('refuses the cursor of another list', async () => {
    const { body } = await list('limit=1&kind=event');
    const path = `/memory/timeline?limit=1&cursor=${String(body['nextCursor'])}`;
    expectProblem((await service.call('get', path).expect(400)).body, 'validation_failed', ['cursor']);
  });

  it('is there in process', async () => {
    const history = service.app.get(HistoryService, { strict: false });
    const { timeline } = await history.timeline({ around: { kind: 'event', id: 4 }, minutes: 1 });
    expect(timeline.map(({ kind }) => kind)).toEqual(['preference', 'message', 'event']);
    const same = await history.timeline({ around: 'event:4', minutes: 1, limit: 1 });
    expect(same.timeline).toMatchObject([{ kind: 'event', id: 4 }]);
    const { items } = await history.openAt(at('08:30'));
    expect(items.map(({ id }) => id)).toEqual([3, 1]);
    const found = await history.at(at('08:30'));
    const diff = await history.diff({ from: found.snapshot.id, to: found.snapshot.id });
    expect(diff).toMatchObject({ summary: [], changes: [] });
  });
});
