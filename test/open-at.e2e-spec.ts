import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { walk } from './factories/walk.js';
import { startService, type TestService } from './support/service.js';

interface Kept {
  readonly id: number;
  readonly timestamp: string;
  readonly severity: string;
  readonly resolvedAt: string | null;
  readonly resolved: boolean;
}

const FIRST = Date.parse('2019-11-30T22:58:59.500Z');
const momentOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Of every size from a millisecond to years, so that the ends of spans have much or little of their time in common. */
const span = fc
  .tuple(fc.integer({ min: 0, max: 36 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([power, part]) => Math.floor(2 ** power * (1 + part)));
const spans = fc.sample(
  fc.record({ begin: span, open: fc.option(span, { freq: 6 }), isCritical: fc.boolean() }),
  { numRuns: 500, seed: 14 },
);

describe('The events that were open at a moment', () => {
  let service: TestService;
  let kept: readonly Kept[];
  beforeAll(async () => {
    service = await startService();
    const rows = spans.map(({ begin, open, isCritical }, index) => ({
      id: index + 1,
      timestamp: momentOf(FIRST + begin),
      severity: isCritical ? 'critical' : 'info',
      resolvedAt: open === null ? null : momentOf(FIRST + begin + open),
      resolved: open !== null,
    }));
    // Other programs may resolve without a time, and open again without forgetting the time.
    kept = rows.map((row, index) => {
      if (index % 50 === 0) return { ...row, resolved: true, resolvedAt: null };
      return index % 50 === 1 ? { ...row, resolved: false } : row;
    });
    const values = kept.map(
      ({ timestamp, severity, resolved, resolvedAt }) =>
        `('${timestamp}', 'alert', '${severity}', 'monitor', 'one', ${resolved}, ${resolvedAt === null ? 'NULL' : `'${resolvedAt}'`})`,
    );
    await service.store.run(
      `INSERT INTO events (timestamp, type, severity, source, summary, resolved, resolved_at) VALUES ${values.join(', ')}`,
    );
  });
  afterAll(() => service.destroy());

  const openAt = (moment: string, matches: (event: Kept) => boolean = () => true): number[] =>
    kept
      .filter((event) => event.timestamp <= moment && matches(event))
      .filter(({ resolved, resolvedAt }) => !resolved || (resolvedAt !== null && resolvedAt > moment))
      .sort((a, b) => (a.timestamp === b.timestamp ? b.id - a.id : a.timestamp < b.timestamp ? 1 : -1))
      .map(({ id }) => id);
  const idsOf = async (query: string): Promise<number[]> =>
    (await walk(service, `/memory/events?${query}`, 'events')).map(({ id }) => id);

  const moments = [
    momentOf(FIRST),
    '2019-12-31T23:59:59.999Z',
    '2020-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    ...spans
      .slice(0, 40)
      .flatMap(({ begin, open }) => [momentOf(FIRST + begin), momentOf(FIRST + begin + (open ?? 1))]),
  ];

  it('are those that had happened and were not resolved, each on one page', async () => {
    let found = 0;
    for (const moment of moments) {
      const ids = await idsOf(`openAt=${moment}&limit=200`);
      expect([moment, ...ids]).toEqual([moment, ...openAt(moment)]);
      found += ids.length;
    }
    expect(found).toBeGreaterThan(500);
  });

  it('are filtered as other events are', async () => {
    for (const moment of moments.slice(0, 5)) {
      expect(await idsOf(`openAt=${moment}&severity=critical&limit=7`)).toEqual(
        openAt(moment, ({ severity }) => severity === 'critical'),
      );
      expect(await idsOf(`openAt=${moment}&resolved=true&type=alert&limit=100`)).toEqual(
        openAt(moment, ({ resolved }) => resolved),
      );
      const [since, until] = [momentOf(FIRST + 2 ** 20), momentOf(FIRST + 2 ** 34)];
      expect(await idsOf(`openAt=${moment}&since=${since}&until=${until}&limit=100`)).toEqual(
        openAt(moment, ({ timestamp }) => timestamp >= since && timestamp < until),
      );
    }
  });

  it('have an event from the moment on at which it happened, until it is resolved', async () => {
    const at = '2026-04-01T10:00:00.000Z';
    const body = anEvent({ timestamp: at, node: 'openly' });
    const { event } = (await service.call('post', '/memory/events').send(body).expect(201)).body;
    const query = (moment: string): string => `node=openly&openAt=${moment}`;
    expect(await idsOf(query('2026-04-01T09:59:59.999Z'))).toEqual([]);
    expect(await idsOf(query(at))).toEqual([event.id]);
    const { body: after } = await service.call('post', `/memory/events/${event.id}/resolve`).expect(200);
    expect(await idsOf(query(at))).toEqual([event.id]);
    expect(await idsOf(query(after.event.resolvedAt))).toEqual([]);
  });

  it.each(['yesterday', '', '2026-13-01', '2026-01-01&openAt=2026-01-02'])(
    'refuse openAt=%s',
    async (moment) => {
      const { body } = await service.call('get', `/memory/events?openAt=${moment}`).expect(400);
      expectProblem(body, 'validation_failed', ['openAt']);
    },
  );
});
