import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database } from '../src/database/index.js';
import {
  EventStatisticsService,
  forgettingStatements,
  recountEvents,
  type EventInput,
  type StatisticsAnswer,
} from '../src/events/index.js';
import { countReturned } from '../src/operations/transfer/returned-events.js';
import { EVENT_COUNTS } from '../src/events/statistics/event-count.table.js';
import { nextMidnight } from '../src/time/days.js';
import { anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { itWithTriggers } from './support/engine.js';
import { startService, type TestService } from './support/service.js';
import { disagreements } from './support/sums.js';

describe('Statistics of events', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  async function save(...events: Partial<EventInput>[]): Promise<number[]> {
    const body = { events: events.map((parts) => ({ ...anEvent(), ...parts })) };
    const saved = await service.call('post', '/memory/events/batch').send(body).expect(201);
    return saved.body.events.map(({ id }: { id: number }) => id);
  }

  async function stats(query: string): Promise<StatisticsAnswer> {
    return (await service.call('get', `/memory/events/stats?${query}`).expect(200)).body as StatisticsAnswer;
  }

  const countsOf = ({ buckets }: StatisticsAnswer): number[] => buckets.map(({ count }) => count);

  /** How many quarters of an hour are not what their events make. */
  async function wrong(): Promise<number> {
    const [counted] = await service.store.run<Record<string, unknown>>(disagreements(EVENT_COUNTS));
    return Number(Object.values(counted!)[0]);
  }

  /** As retention does it. */
  async function forget(ids: readonly number[]): Promise<void> {
    const database = service.app.get(Database);
    const { toDriver, derivesByTriggers } = database.engine.rows.dialect;
    await database.write(
      async (manager) => {
        for (const { text, values } of forgettingStatements(ids, derivesByTriggers))
          await manager.query(toDriver(text), [...values]);
      },
      'events',
      { takesPosition: true },
    );
  }

  it('have every part of the window, with its end left out', async () => {
    await save(
      { timestamp: '2026-03-01T00:00:00.000Z', severity: 'critical', node: 'pve1' },
      { timestamp: '2026-03-01T23:59:59.999Z', severity: 'info', node: 'pve2' },
      { timestamp: '2026-03-03T12:00:00.000Z', severity: 'info', node: null },
      { timestamp: '2026-03-04T00:00:00.000Z' },
    );
    const window = { since: '2026-03-01T00:00:00.000Z', until: '2026-03-04T00:00:00.000Z' };
    const { coverage, ...body } = await stats(
      'interval=day&groupBy=severity&since=2026-03-01&until=2026-03-04',
    );
    expect(body).toEqual({
      interval: 'day',
      groupBy: 'severity',
      ...window,
      timeZone: 'UTC',
      total: 3,
      groups: [
        { name: 'info', count: 2 },
        { name: 'warning', count: 0 },
        { name: 'error', count: 0 },
        { name: 'critical', count: 1 },
      ],
      buckets: [
        { since: window.since, until: '2026-03-02T00:00:00.000Z', count: 2, counts: [1, 0, 0, 1] },
        {
          since: '2026-03-02T00:00:00.000Z',
          until: '2026-03-03T00:00:00.000Z',
          count: 0,
          counts: [0, 0, 0, 0],
        },
        { since: '2026-03-03T00:00:00.000Z', until: window.until, count: 1, counts: [1, 0, 0, 0] },
      ],
    });
    expect(coverage).toMatchObject({ from: window.since, to: window.until, thinned: false });
    const { groupBy, groups, buckets } = await stats('since=2026-03-01&until=2026-03-04');
    expect([groupBy, groups, buckets.map(({ counts }) => counts)]).toEqual([null, [], [[], [], []]]);
  });

  it.each(['day', 'minute'])('are grouped by what was asked for, by %s', async (interval) => {
    const timestamp = interval === 'day' ? '2026-04-01T10:07:00Z' : '2026-04-02T10:07:00Z';
    const parts: Partial<EventInput> = { timestamp, node: 'pve2' };
    await save(
      { ...parts, type: 'metric', source: 'monitor', severity: 'error' },
      { ...parts, type: 'alert', source: 'jarvis', severity: 'error' },
      { ...parts, type: 'alert', source: 'user', node: 'a\n9 b' },
      { ...parts, type: 'status', source: 'system', node: null },
    );
    await service.store.run(
      `INSERT INTO events (timestamp, type, severity, source, node, summary, resolved)
       VALUES ('${timestamp.replace('Z', '.000Z')}', 'other', 'debug', 'shell', 'pve2', '', false)`,
    );
    const ends = interval === 'day' ? '2026-04-02' : '2026-04-02T10:08:00Z';
    const groupsBy = async (groupBy: string): Promise<unknown> => {
      const { groups, total } = await stats(
        `interval=${interval}&groupBy=${groupBy}&since=${timestamp.slice(0, 10)}T10:00:00Z&until=${ends}`,
      );
      return [total, ...groups.map(({ name, count }) => `${name} ${count}`)];
    };
    const usual = anEvent().severity ?? 'info';
    expect(await groupsBy('type')).toEqual([5, 'alert 2', 'action 0', 'status 1', 'metric 1', 'null 1']);
    expect(await groupsBy('source')).toEqual([5, 'monitor 1', 'user 1', 'jarvis 1', 'system 1', 'null 1']);
    expect(await groupsBy('severity')).toEqual([
      5,
      ...['info', 'warning', 'error', 'critical'].map(
        (name) => `${name} ${(name === 'error' ? 2 : 0) + (name === usual ? 2 : 0)}`,
      ),
      'null 1',
    ]);
    expect(await groupsBy('node')).toEqual([5, 'pve2 3', 'null 1', 'a 9 b 1']);
  });

  it.each(['day', 'minute'])('count only what the filters of the list choose, by %s', async (interval) => {
    const day = interval === 'day' ? '2026-04-11' : '2026-04-12';
    const timestamp = `${day}T10:07:00.000Z`;
    const ids = await save(
      { timestamp, node: 'pve1', type: 'alert', source: 'monitor', severity: 'error' },
      { timestamp, node: 'pve2', type: 'alert', source: 'monitor', severity: 'critical' },
      { timestamp, node: 'pve2', type: 'action', source: 'jarvis', severity: 'info' },
      { timestamp, node: null, type: 'metric', source: 'monitor', severity: 'info' },
    );
    await service.call('post', `/memory/events/${ids[0]}/resolve`).send({}).expect(200);
    const window = `since=${day}T10:00:00Z&until=${day}T11:00:00Z`;
    for (const filters of [
      'node=pve2',
      'node=pve1&node=pve2&type=alert',
      'type=alert&severity=error',
      'minSeverity=error',
      'minSeverity=error&severity=error&severity=info',
      'source=monitor&node=pve2',
      'resolved=false',
      'resolved=true',
      `openAt=${timestamp}`,
      `openAt=${day}T10:06:59Z`,
      'resolved=false&minSeverity=warning&node=pve1',
    ]) {
      const { body } = await service.call('get', `/memory/events?${window}&${filters}`).expect(200);
      const counted = await stats(`interval=${interval}&groupBy=severity&${window}&${filters}`);
      const bySeverity = counted.groups.map(
        ({ name }) => body.events.filter(({ severity }: { severity: string }) => severity === name).length,
      );
      expect([filters, counted.total, ...counted.groups.map(({ count }) => count)]).toEqual([
        filters,
        body.events.length,
        ...bySeverity,
      ]);
    }
    expectProblem(
      (await service.call('get', '/memory/events/stats?severity=dreadful').expect(400)).body,
      'validation_failed',
      ['severity'],
    );
  });

  it.each([
    // The clocks go forward: a day of 23 hours.
    ['Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    // And back: 25.
    ['Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ['Asia/Kathmandu', '2026-05-01T18:15:00.000Z', '2026-05-02T18:15:00.000Z'],
    ['america/new_york', '2026-07-02T04:00:00.000Z', '2026-07-03T04:00:00.000Z'],
  ])('have the days, hours and weeks of %s from %s on', async (timeZone, begins, ends) => {
    const moved = (moment: string, milliseconds: number): string =>
      new Date(Date.parse(moment) + milliseconds).toISOString();
    await save(...[moved(begins, -1), begins, moved(ends, -1), ends].map((timestamp) => ({ timestamp })));
    const window = `since=${moved(begins, -7_200_000)}&until=${moved(ends, 7_200_000)}&timeZone=${timeZone}`;
    expect(countsOf(await stats(`interval=day&${window}`))).toEqual([1, 2, 1]);
    const { buckets } = await stats(`interval=hour&${window}`);
    expect(buckets.filter(({ count }) => count > 0).map(({ since, count }) => [since, count])).toEqual([
      [moved(begins, -3_600_000), 1],
      [begins, 1],
      [moved(ends, -3_600_000), 1],
      [ends, 1],
    ]);
    const weeks = await stats(`interval=week&${window}`);
    expect(weeks.total).toBe(4);
  });

  it('have days that begin on no quarter of an hour, of clocks before 1906', async () => {
    await save({ timestamp: '1900-01-01T18:38:49.999Z' }, { timestamp: '1900-01-01T18:38:50.000Z' });
    const body = await stats('since=1900-01-01&until=1900-01-03&timeZone=Asia/Kolkata');
    expect(countsOf(body)).toEqual([1, 1, 0]);
  });

  it('widen the window to whole quarters of an hour, or minutes, and say so', async () => {
    const span = 'since=2026-01-05T10:01:30Z&until=2026-01-05T10:29:30Z';
    expect(await stats(`interval=hour&${span}`)).toMatchObject({
      since: '2026-01-05T10:00:00.000Z',
      until: '2026-01-05T10:30:00.000Z',
    });
    const body = await stats(`interval=minute&${span}`);
    expect(body).toMatchObject({ since: '2026-01-05T10:01:00.000Z', until: '2026-01-05T10:30:00.000Z' });
    expect(body.buckets).toHaveLength(29);
  });

  it('end now where nothing is said', async () => {
    await save({});
    const [minutes, hours, days, weeks] = await Promise.all(
      ['minute', 'hour', 'day', 'week'].map((interval) => stats(`interval=${interval}`)),
    );
    expect([minutes!.buckets.length, hours!.buckets.length, days!.buckets.length]).toEqual([60, 48, 30]);
    expect(Date.parse(weeks!.until) - Date.parse(weeks!.since)).toBe(182 * 86_400_000);
    expect(days!.until).toBe(nextMidnight(new Date().toISOString(), 'UTC'));
    for (const one of [hours!, days!, weeks!]) expect(one.buckets.at(-1)!.count).toBeGreaterThan(0);
  });

  it.each([
    ['since=2999-01-01', 0],
    ['since=2026-03-01&until=2026-03-01', 0],
    ['until=0000-01-02', 1],
    ['since=9999-12-31&until=9999-12-31T23:59:59.999Z', 1],
    ['interval=minute&since=2026-01-01&until=2026-01-02T09:20:00Z', 2000],
  ])('take %s', async (query, count) => {
    const body = await stats(query);
    expect([body.buckets.length, body.total]).toEqual([count, 0]);
  });

  it.each([
    ['interval=year', 'interval'],
    ['interval=', 'interval'],
    ['interval=day&interval=day', 'interval'],
    ['groupBy=summary', 'groupBy'],
    ['timeZone=Mars/Olympus', 'timeZone'],
    ['timeZone=%2B01:00', 'timeZone'],
    ['timeZone=UTC&timeZone=UTC', 'timeZone'],
    ['since=yesterday', 'since'],
    ['since=2026-03-02&until=2026-03-01', 'until'],
    ['interval=minute&since=2026-01-01&until=2026-01-02T09:21:00Z', 'since'],
    ['interval=day&since=2000-01-01&until=2026-01-01', 'since'],
    ['interval=week&since=1900-01-01&until=2026-01-01', 'since'],
    ['limit=5', 'limit'],
  ])('refuse %s, and name the field', async (query, field) => {
    const { body } = await service.call('get', `/memory/events/stats?${query}`).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  it('refuse more than 100 nodes', async () => {
    const nodes = Array.from({ length: 101 }, (_, index) => `node-${index}`);
    await save(...nodes.map((node) => ({ node, timestamp: '2026-06-01T10:00:00Z' })));
    const june = 'groupBy=node&since=2026-06-01';
    const { body } = await service.call('get', `/memory/events/stats?${june}&until=2026-06-02`).expect(400);
    expectProblem(body, 'validation_failed', ['groupBy']);
    await forget(
      (await service.store.run<{ id: number }>(`SELECT id FROM events WHERE node = 'node-7'`)).map(
        ({ id }) => id,
      ),
    );
    await service.call('get', `/memory/events/stats?${june}&until=2026-06-02`).expect(400);
    expect((await stats('since=2026-06-01&until=2026-06-02')).total).toBe(101);
  });

  it('count what retention has removed, but by minute, which says so', async () => {
    const at = (minute: number): string => `2026-07-20T10:${minute}:00.000Z`;
    const [first, , third] = await save(
      { timestamp: at(10), severity: 'warning', node: 'pve1' },
      { timestamp: at(11), severity: 'warning', node: 'pve1' },
      { timestamp: at(50), severity: 'info', node: 'pve3' },
    );
    const hour = 'since=2026-07-20T10:00:00Z&until=2026-07-20T11:00:00Z';
    const before = await stats(`interval=hour&groupBy=node&${hour}`);
    await forget([first!, third!]);
    expect(await wrong()).toBe(0);
    expect(await stats(`interval=hour&groupBy=node&${hour}`)).toEqual(before);
    const { total, coverage } = await stats(`interval=minute&${hour}`);
    expect([total, coverage.thinned]).toEqual([1, true]);
    expect((await stats(`interval=minute&since=${at(30)}&until=${at(40)}`)).coverage.thinned).toBe(false);
  });

  it('count an event once that retention had removed and an import brings back', async () => {
    const timestamp = '2026-07-21T10:10:00.000Z';
    const [gone, kept] = await save({ timestamp, node: 'pve1' }, { timestamp, node: 'pve1' });
    const parts = {
      timestamp,
      node: 'pve1',
      type: 'alert',
      source: 'monitor',
      severity: 'info',
      summary: 'back',
    };
    const rest = { details: null, resolved: false, resolvedAt: null, resolvedBy: null };
    const rows = [gone!, kept!].map((id) => ({ id, ...parts, ...rest }));
    const before = await stats('since=2026-07-21&until=2026-07-22');
    await forget([gone!]);
    await service.store.run(
      `INSERT INTO forgotten_ranges (kind, rule, "from", until, first_id, last_id, since, at, rows, keys)
       VALUES ('event', 'info=1d', ?, ?, ?, ?, ?, ?, 1, '')`,
      ...[timestamp, timestamp, gone, kept, timestamp, timestamp],
    );
    const database = service.app.get(Database);
    const bringBack = countReturned(database, rows, (manager) =>
      database.transfer.insert(manager, 'event', rows),
    );
    for (const added of [1, 0]) {
      expect(await database.write(bringBack, undefined, { takesPosition: true })).toBe(added);
      expect((await stats('since=2026-07-21&until=2026-07-22')).total).toBe(before.total);
      expect(await wrong()).toBe(0);
    }
    const empty = await service.store.run('SELECT * FROM forgotten_event_counts WHERE event_count = 0');
    expect(empty).toEqual([]);
  });

  it('are right where many are saved at once', async () => {
    const severities = ['info', 'warning', 'error'] as const;
    const many = Array.from({ length: 1000 }, (_, index) => ({
      timestamp: new Date(Date.UTC(2026, 7, 1) + index * 60_000).toISOString(),
      severity: severities[index % 3]!,
    }));
    await Promise.all([
      save(...many),
      save(...many),
      save(...many),
      save({ timestamp: '2026-08-01T00:00:00Z' }),
    ]);
    const { total, groups } = await stats('groupBy=severity&since=2026-08-01&until=2026-08-02');
    expect([total, groups[2]!.count]).toEqual([3001, 999]);
    expect(await wrong()).toBe(0);
  });

  it('are counted again from the events, without losing what retention has removed', async () => {
    const window = 'groupBy=severity&since=2026-01-01&until=2026-12-01';
    await recountEvents(service.app.get(Database));
    const before = await stats(window);
    await service.store.run(
      `UPDATE event_counts SET event_count = event_count + 1, warnings = 7 WHERE node = ''`,
    );
    await service.store.run(`DELETE FROM event_counts WHERE node <> ''`);
    expect(await wrong()).toBeGreaterThan(0);
    await recountEvents(service.app.get(Database));
    expect(await wrong()).toBe(0);
    expect(await stats(window)).toEqual({ ...before, coverage: expect.anything() });
  });

  it('answer 304 until an event is saved', async () => {
    const path = '/memory/events/stats?since=2026-01-01&until=2026-02-01';
    const ask = async (tag = ''): Promise<{ status: number; tag: string }> => {
      const { status, headers } = await service.call('get', path).set('If-None-Match', tag);
      return { status, tag: String(headers['etag']) };
    };
    // A minute may end in between.
    let [first, second] = [await ask(), { status: 200, tag: '' }];
    for (let tries = 0; tries < 2 && second.status === 200; tries++)
      [first, second] = [second.tag ? second : first, await ask(second.tag || first.tag)];
    expect(second.status).toBe(304);
    await save({});
    expect((await ask(first.tag)).status).toBe(200);
  });

  it('are there for the same process, and for those who may read', async () => {
    const door = service.app.get(EventStatisticsService, { strict: false });
    const { coverage, ...body } = await door.getStatistics({ since: '2026-03-01', until: '2026-03-04' });
    expect(await stats('since=2026-03-01&until=2026-03-04')).toMatchObject(body);
    expect(coverage.gaps).toEqual(expect.any(Array));
    await expect(door.getStatistics({ timeZone: 'Nowhere' })).rejects.toMatchObject({
      code: 'validation_failed',
    });
    await service.callAnonymously('get', '/memory/events/stats').expect(401);
  });

  const moment = fc.integer({ min: 0, max: 7200 }).map((n) => new Date(1.8e12 + n * 1000).toISOString());
  const node = fc.constantFrom(null, 'a', 'b');
  const severity = fc.constantFrom('info', 'warning', 'debug');
  const fifth = fc.integer({ min: 0, max: 4 });
  const change = fc.oneof(
    fc.tuple(moment, severity, node).map((values) => ({
      text: `INSERT INTO events (timestamp, severity, node, type, source, summary) VALUES (?, ?, ?, 'alert', 'user', '')`,
      values,
    })),
    fc.tuple(moment, node, severity, fifth).map((values) => ({
      text: 'UPDATE events SET timestamp = ?, node = ?, severity = ? WHERE id % 5 = ?',
      values,
    })),
    fifth.map((n) => ({
      text: `UPDATE events SET resolved = true, resolved_at = timestamp WHERE id % 5 = ?`,
      values: [n],
    })),
    fifth.map((n) => ({ text: 'DELETE FROM events WHERE id % 10 = ?', values: [n] })),
  );

  itWithTriggers('are true after whatever other programs write', async () => {
    await recountEvents(service.app.get(Database));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        for (const { text, values } of changes) await service.store.run(text, ...values);
        expect(await wrong()).toBe(0);
      }),
      { numRuns: 20 },
    );
    const empty = await service.store.run('SELECT * FROM event_counts WHERE event_count = 0');
    expect([...empty, ...(await service.store.run('SELECT * FROM event_counts_changes'))]).toEqual([]);
  });
});
