import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { periodsIn } from './periods.js';
import { Pruning, thins, type Keep, type KeepOption } from './prune.js';

interface Item {
  readonly id: number;
  readonly timestamp: string;
}

const itemsAt = (...times: string[]): Item[] =>
  times
    .map((time) => new Date(time.length === 10 ? `${time}T12:00Z` : `${time}Z`).toISOString())
    .sort((a, b) => (a < b ? 1 : -1))
    .map((timestamp, at) => ({ id: times.length - at, timestamp }));

const prune = (
  items: readonly Item[],
  keep: Keep,
  periodsOf: ReturnType<typeof periodsIn>,
): (KeepOption | 'all' | undefined)[] => {
  const pruning = new Pruning(keep);
  return items.map(({ id, timestamp }) => pruning.keptBy(id, periodsOf(timestamp)));
};

const kept = (items: readonly Item[], keep: Keep, zone = 'UTC'): string[] =>
  prune(items, keep, periodsIn(zone)).flatMap((mark, at) =>
    mark === undefined ? [] : [`${items[at]!.timestamp.slice(0, 16)} ${mark}`],
  );

/** One each day at noon. */
const daily = (from: string, days: number): Item[] =>
  itemsAt(
    ...Array.from({ length: days }, (_, day) =>
      new Date(Date.parse(`${from}T12:00Z`) + day * 86_400_000).toISOString().slice(0, 10),
    ),
  );

describe('The options of Proxmox', () => {
  it('keep all where none keeps anything', () => {
    const items = daily('2026-01-01', 3);
    expect(thins({ last: 0, daily: 0 })).toBe(false);
    expect(kept(items, { last: 0, daily: 0 })).toHaveLength(3);
    expect(kept(items, {})).toHaveLength(3);
  });

  it('keep the last, also two of one millisecond', () => {
    const items = itemsAt('2026-01-01T00:00', '2026-01-01T00:00', '2025-12-31T23:59');
    expect(kept(items, { last: 2 })).toEqual(['2026-01-01T00:00 last', '2026-01-01T00:00 last']);
  });

  it('keep the newest of a period; periods without one do not count', () => {
    const items = itemsAt(
      '2026-01-05T10:50',
      '2026-01-05T10:10',
      '2026-01-05T07:59',
      '2026-01-05T07:00',
      '2026-01-04T23:10',
    );
    expect(kept(items, { hourly: 2 })).toEqual(['2026-01-05T10:50 hourly', '2026-01-05T07:59 hourly']);
    expect(kept(items, { daily: 5 })).toEqual(['2026-01-05T10:50 daily', '2026-01-04T23:10 daily']);
  });

  it('look at what is older than what an option before them has kept', () => {
    // 2026-01-31 is a Saturday; the week before ends on Sunday, the 25th.
    expect(kept(daily('2025-12-01', 62), { last: 1, daily: 2, weekly: 2, monthly: 2, yearly: 1 })).toEqual([
      '2026-01-31T12:00 last',
      '2026-01-30T12:00 daily',
      '2026-01-29T12:00 daily',
      '2026-01-25T12:00 weekly',
      '2026-01-18T12:00 weekly',
      '2025-12-31T12:00 monthly',
    ]);
  });

  it('count weeks by ISO 8601, from Monday to Sunday, across the end of a year', () => {
    // 2026-12-31 is a Thursday: its week, 53 of 2026, lasts until Sunday, 2027-01-03.
    const items = itemsAt('2027-01-04', '2027-01-03', '2026-12-31', '2026-12-28', '2026-12-27');
    expect(kept(items, { weekly: 3 })).toEqual([
      '2027-01-04T12:00 weekly',
      '2027-01-03T12:00 weekly',
      '2026-12-27T12:00 weekly',
    ]);
  });

  it('keep the last of a month though its week goes on in the next one, as the simulator does', () => {
    expect(kept(daily('2026-08-01', 40), { daily: 4, weekly: 1, monthly: 1 })).toEqual(
      [
        '2026-09-09T12:00 daily',
        '2026-09-08T12:00 daily',
        '2026-09-07T12:00 daily',
        '2026-09-06T12:00 daily',
        '2026-08-30T12:00 weekly',
        '2026-08-31T12:00 monthly',
      ]
        .sort()
        .reverse(),
    );
  });

  it('mean the days of the time zone', () => {
    const items = itemsAt('2026-06-01T22:30', '2026-06-01T21:30', '2026-06-01T00:30');
    expect(kept(items, { daily: 9 }, 'Europe/Berlin')).toEqual([
      '2026-06-01T22:30 daily',
      '2026-06-01T21:30 daily',
    ]);
    expect(kept(items, { daily: 9 })).toHaveLength(1);
  });

  it('have one hour where the clocks go back, as Proxmox, and none where they go forward', () => {
    const back = itemsAt('2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30');
    expect(kept(back, { hourly: 9 }, 'Europe/Berlin')).toHaveLength(2);
    const forward = itemsAt('2026-03-29T00:30', '2026-03-29T01:30');
    expect(kept(forward, { hourly: 9 }, 'Europe/Berlin')).toHaveLength(2);
  });

  const anItem = fc.integer({ min: 0, max: 900_000 }).map((minutes) => new Date(1.75e12 + minutes * 60_000));
  const aHistory = fc
    .uniqueArray(anItem, { maxLength: 80, selector: Number })
    .map((times) => itemsAt(...times.map((time) => time.toISOString().slice(0, 16))));
  const aCount = fc.integer({ min: 0, max: 6 });
  const aKeep = fc.record({
    last: aCount,
    hourly: aCount,
    daily: aCount,
    weekly: aCount,
    monthly: aCount,
    yearly: aCount,
  });

  it('never take more than they say, and always the newest', () => {
    fc.assert(
      fc.property(aHistory, aKeep, (items, keep) => {
        fc.pre(thins(keep) && items.length > 0);
        const marks = prune(items, keep, periodsIn('Europe/Berlin'));
        expect(marks[0]).toBeDefined();
        for (const [option, count] of Object.entries(keep))
          expect(marks.filter((mark) => mark === option).length).toBeLessThanOrEqual(count);
      }),
    );
  });

  it('want nothing more where what goes has gone', () => {
    fc.assert(
      fc.property(aHistory, aKeep, (items, keep) => {
        fc.pre(thins(keep));
        const marks = prune(items, keep, periodsIn('UTC'));
        const left = items.filter((_, at) => marks[at] !== undefined);
        expect(prune(left, keep, periodsIn('UTC'))).not.toContain(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('keep the same where only a part of what goes has gone', () => {
    fc.assert(
      fc.property(aHistory, aKeep, fc.infiniteStream(fc.boolean()), (items, keep, coins) => {
        fc.pre(thins(keep));
        const marks = prune(items, keep, periodsIn('UTC'));
        const left = items.filter((_, at) => marks[at] !== undefined || coins.next().value);
        const again = prune(left, keep, periodsIn('UTC'));
        for (const [at, item] of left.entries())
          if (marks[items.indexOf(item)] !== undefined) expect(again[at]).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });
});
