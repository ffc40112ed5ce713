import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { daysBefore, daysOf, isTimeZone, nextMidnight } from './days.js';

const span = (since: string, until: string): { since: string; until: string } => ({
  since: `${since}:00.000Z`,
  until: `${until}:00.000Z`,
});

describe('The days of a span', () => {
  it('are whole but the first and the last', () => {
    expect(daysOf(span('2026-01-01T12:00', '2026-01-03T01:00'), 'UTC', 10)).toEqual([
      { day: '2026-01-01', ...span('2026-01-01T12:00', '2026-01-02T00:00') },
      { day: '2026-01-02', ...span('2026-01-02T00:00', '2026-01-03T00:00') },
      { day: '2026-01-03', ...span('2026-01-03T00:00', '2026-01-03T01:00') },
    ]);
  });

  it('are none where the span is empty, and no more than wanted', () => {
    expect(daysOf(span('2026-01-01T00:00', '2026-01-01T00:00'), 'UTC', 10)).toEqual([]);
    expect(daysOf(span('2026-01-01T00:00', '2027-01-01T00:00'), 'UTC', 10)).toHaveLength(10);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    // The clocks change at midnight.
    ['America/Santiago', '2023-09-03', 23],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['UTC', '2026-03-29', 24],
  ])('in %s: %s has %f hours', (zone, day, hours) => {
    const found = daysOf(span(`${day.slice(0, 8)}01T00:00`, '2026-12-01T00:00'), zone, 1200).find(
      (one) => one.day === day,
    );
    expect((Date.parse(found!.until) - Date.parse(found!.since)) / 3_600_000).toBe(hours);
  });

  it('leave out a day that a zone did not have', () => {
    const days = daysOf(span('2011-12-29T10:00', '2012-01-01T00:00'), 'Pacific/Apia', 10);
    expect(days.map(({ day }) => day)).toEqual(['2011-12-29', '2011-12-31', '2012-01-01']);
  });

  it.each(['America/New_York', 'Africa/Casablanca', 'Asia/Kathmandu', 'Antarctica/Troll'])(
    'are those of luxon in %s',
    (zone) => {
      for (const { day, since } of daysOf(span('2020-01-01T00:00', '2026-01-01T00:00'), zone, 9999).slice(
        1,
      )) {
        const local = DateTime.fromISO(since, { zone });
        expect([local.toISODate(), local.startOf('day').toMillis()]).toEqual([day, local.toMillis()]);
      }
    },
  );

  it('end where time does', () => {
    const last = { since: '9999-12-31T12:00:00.000Z', until: '9999-12-31T23:59:59.999Z' };
    for (const { since, until } of daysOf(last, 'Pacific/Kiritimati', 10)) expect(since < until).toBe(true);
    expect(nextMidnight(last.since, 'UTC')).toBe('9999-12-31T23:59:59.999Z');
    expect(daysBefore('0000-01-02T00:00:00.000Z', 30, 'UTC')).toBe('0000-01-01T00:00:00.000Z');
  });
});

it('a day before keeps the time of day', () => {
  expect(daysBefore('2026-03-30T22:00:00.000Z', 30, 'Europe/Berlin')).toBe('2026-02-28T23:00:00.000Z');
});

it.each([
  ['UTC', true],
  ['Europe/Berlin', true],
  ['europe/berlin', true],
  ['Asia/Calcutta', true],
  ['+01:00', false],
  ['Mars/Olympus', false],
  ['', false],
])('%j is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
