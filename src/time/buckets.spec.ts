import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { bucketsOf, INTERVALS, onStep, QUARTER_MS } from './buckets.js';

const span = (since: string, until: string): { since: string; until: string } => ({
  since: `${since}:00.000Z`,
  until: `${until}:00.000Z`,
});
const hoursOf = ({ since, until }: { since: string; until: string }): number =>
  (Date.parse(until) - Date.parse(since)) / 3_600_000;

describe('The buckets of a span', () => {
  it.each([
    ['minute', 60],
    ['hour', 2],
    ['day', 1],
    ['week', 1],
  ] as const)('by %s are cut by the span', (interval, count) => {
    const whole = span('2026-01-01T12:30', '2026-01-01T13:30');
    const buckets = bucketsOf(whole, interval, 'UTC');
    expect(buckets).toHaveLength(count);
    expect([buckets[0]!.since, buckets.at(-1)!.until]).toEqual([whole.since, whole.until]);
    expect(bucketsOf(span('2026-01-01T12:30', '2026-01-01T12:30'), interval, 'UTC')).toEqual([]);
  });

  it('by week begin on Monday', () => {
    expect(bucketsOf(span('2026-11-25T10:00', '2026-12-08T00:00'), 'week', 'UTC')).toEqual([
      span('2026-11-25T10:00', '2026-11-30T00:00'),
      span('2026-11-30T00:00', '2026-12-07T00:00'),
      span('2026-12-07T00:00', '2026-12-08T00:00'),
    ]);
    expect(bucketsOf(span('1969-12-29T00:00', '1970-01-05T00:00'), 'week', 'UTC')).toHaveLength(1);
  });

  it('by hour are those of the clocks of the zone', () => {
    expect(bucketsOf(span('2026-01-01T10:00', '2026-01-01T11:30'), 'hour', 'Asia/Kathmandu')).toEqual([
      span('2026-01-01T10:00', '2026-01-01T10:15'),
      span('2026-01-01T10:15', '2026-01-01T11:15'),
      span('2026-01-01T11:15', '2026-01-01T11:30'),
    ]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T23:00', '2026-03-29T22:00', 23, [1]],
    // An hour that the clocks show twice is two.
    ['Europe/Berlin', '2026-10-24T22:00', '2026-10-25T23:00', 25, [1]],
    // Its clocks change by half an hour.
    ['Australia/Lord_Howe', '2026-04-04T13:00', '2026-04-05T13:30', 25, [1, 0.5]],
    ['Australia/Lord_Howe', '2026-10-03T13:30', '2026-10-04T13:00', 24, [1, 0.5]],
  ])('by hour in %s from %s on are right where clocks change', (zone, since, until, count, lengths) => {
    const buckets = bucketsOf(span(since, until), 'hour', zone);
    expect(buckets).toHaveLength(count);
    expect(new Set(buckets.map(hoursOf))).toEqual(new Set(lengths));
  });

  it('by week have 167 and 169 hours where clocks change', () => {
    const weeks = bucketsOf(span('2026-01-04T23:00', '2026-12-27T23:00'), 'week', 'Europe/Berlin');
    expect(weeks).toHaveLength(51);
    expect(new Set(weeks.map(hoursOf))).toEqual(new Set([168, 167, 169]));
    for (const { since } of weeks)
      expect(DateTime.fromISO(since, { zone: 'Europe/Berlin' }).toFormat('c HH:mm')).toBe('1 00:00');
  });

  it.each(INTERVALS)('by %s follow one another without a gap, in every zone', (interval) => {
    for (const zone of ['Pacific/Apia', 'America/St_Johns', 'Antarctica/Troll', 'Africa/Monrovia']) {
      for (const year of ['1969', '1987', '2011', '2026']) {
        const whole = span(
          `${year}-10-20T07:15`,
          interval === 'minute' ? `${year}-10-20T10:00` : `${year}-11-09T11:45`,
        );
        const buckets = bucketsOf(whole, interval, zone);
        expect(buckets.every(({ since, until }) => since < until)).toBe(true);
        expect([whole.since, ...buckets.map(({ until }) => until)]).toEqual([
          ...buckets.map(({ since }) => since),
          whole.until,
        ]);
      }
    }
  });

  it('end where time does', () => {
    const last = { since: '9999-12-31T12:00:00.000Z', until: '9999-12-31T23:59:59.999Z' };
    for (const interval of INTERVALS) {
      const buckets = bucketsOf(last, interval, 'Pacific/Kiritimati');
      expect(buckets.at(-1)!.until).toBe(last.until);
    }
  });
});

it.each([
  ['2026-01-01T10:14:59.999Z', Math.floor, '2026-01-01T10:00:00.000Z'],
  ['2026-01-01T10:00:00.001Z', Math.ceil, '2026-01-01T10:15:00.000Z'],
  ['2026-01-01T10:15:00.000Z', Math.ceil, '2026-01-01T10:15:00.000Z'],
  ['9999-12-31T23:59:59.999Z', Math.ceil, '9999-12-31T23:59:59.999Z'],
])('%s is put on a quarter of an hour', (moment, round, expected) => {
  expect(onStep(moment, QUARTER_MS, round)).toBe(expected);
});
