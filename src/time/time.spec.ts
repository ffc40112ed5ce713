import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { now, canonicalTimestamp } from './time.js';

const ONE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('Reading a moment', () => {
  it.each([
    ['2026-11-22T20:15:00.123Z', '2026-11-22T20:15:00.123Z'],
    ['2026-11-22T20:15:00Z', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22T20:15Z', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22t20:15:00z', '2026-11-22T20:15:00.000Z'],
    ['20261122T201500Z', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22T20:15:00,5Z', '2026-11-22T20:15:00.500Z'],
    ['2026-11-22T21:15:00+01:00', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22T21:15:00+0100', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22T21:15:00+01', '2026-11-22T20:15:00.000Z'],
    ['2026-11-23T01:45:00+05:30', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22T20:15:00-00:00', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22T18:15:00-14:00', '2026-11-23T08:15:00.000Z'],
    ['2026-11-22T24:00:00Z', '2026-11-23T00:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2026-11-22 20:15:00', '2026-11-22T20:15:00.000Z'],
    ['2026-11-22 20:15:00.5', '2026-11-22T20:15:00.500Z'],
    ['2026-11-22 20:15:00.123999', '2026-11-22T20:15:00.123Z'],
  ])('takes the instant %s', (given, instant) => {
    expect(canonicalTimestamp(given)).toBe(instant);
  });

  it.each(['2026-11-22', '20261122', '2026-W47-7', '2026-326'])(
    'takes the date %s as its midnight in UTC',
    (date) => {
      expect(canonicalTimestamp(date)).toBe('2026-11-22T00:00:00.000Z');
    },
  );

  it('cuts off what is past the millisecond instead of rounding it', () => {
    expect(canonicalTimestamp('2026-11-22T20:15:00.999999999Z')).toBe('2026-11-22T20:15:00.999Z');
    expect(canonicalTimestamp('2026-05-05T13:04:57.62281314Z')).toBe('2026-05-05T13:04:57.622Z');
  });

  it.each([
    ['no offset', '2026-11-22T20:15:00'],
    ['a space instead of T, and an offset', '2026-11-22 20:15:00+01:00'],
    ['a space instead of T, and a Z', '2026-11-22 20:15:00Z'],
    ['a space instead of T, and no seconds', '2026-11-22 20:15'],
    ['two spaces instead of T', '2026-11-22  20:15:00'],
    ['a space instead of T, on a day that does not exist', '2026-02-30 20:15:00'],
    ['a space instead of T, and a line feed after it', '2026-11-22 20:15:00\n'],
    ['a space where the + was', '2026-11-22T20:15:00 01:00'],
    ['a zone name', '2026-11-22T20:15:00Z[UTC]'],
    ['a day that does not exist', '2026-02-30'],
    ['a 29 February in a common year', '2026-02-29T00:00:00Z'],
    ['a month that does not exist', '2026-13-01'],
    ['an hour that does not exist', '2026-11-22T25:00:00Z'],
    ['a second that does not exist', '2026-11-22T20:15:61Z'],
    ['an offset that no clock has', '2026-11-22T20:15:00+25:00'],
    ['an offset with 99 minutes', '2026-11-22T20:15:00+01:99'],
    ['a year of five digits', '+012026-01-01T00:00:00Z'],
    ['a negative year', '-000001-01-01T00:00:00Z'],
    ['an instant whose UTC year has five digits', '9999-12-31T23:30:00-01:00'],
    ['a time without a date', '20:15'],
    ['a time without a date, with an offset', '20:15:00Z'],
    ['an hour alone', '12'],
    ['white space around it', ' 2026-11-22T20:15:00Z'],
    ['a line feed after it', '2026-11-22\n'],
    ['words', 'yesterday'],
    ['nothing', ''],
    ['seconds since 1970 as text', '1700000000'],
    ['digits of another script', '٢٠٢٦-11-22'],
  ])('refuses text with %s', (_, text) => {
    expect(canonicalTimestamp(text)).toBeUndefined();
  });

  it.each([[undefined], [null], [1_700_000_000_000], [true], [{}], [['2026-11-22']]])(
    'refuses %p, which is no text',
    (value) => {
      expect(canonicalTimestamp(value)).toBeUndefined();
    },
  );

  it('takes a Date, and refuses one without a moment or past the year 9999', () => {
    expect(canonicalTimestamp(new Date(Date.UTC(2026, 10, 22, 20, 15, 0, 7)))).toBe(
      '2026-11-22T20:15:00.007Z',
    );
    expect(canonicalTimestamp(new Date(NaN))).toBeUndefined();
    expect(canonicalTimestamp(new Date(8.64e15))).toBeUndefined();
  });

  it('returns every moment of the years 0 to 9999 as it was, to the millisecond', () => {
    const moment = fc.date({
      min: new Date('0000-01-01T00:00:00.000Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moment, (date) => {
        expect(canonicalTimestamp(date.toISOString())).toBe(date.toISOString());
        expect(canonicalTimestamp(date)).toBe(date.toISOString());
      }),
    );
  });

  it('orders as text as the moments are ordered in time, whatever their offsets', () => {
    const written = fc.record({
      at: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2200, 0, 1) }),
      offsetMinutes: fc.integer({ min: -14 * 60, max: 14 * 60 }),
    });
    fc.assert(
      fc.property(written, written, (a, b) => {
        const [first, second] = [a, b].map((one) => canonicalTimestamp(withOffset(one)));
        expect(Math.sign(first! < second! ? -1 : first! > second! ? 1 : 0)).toBe(Math.sign(a.at - b.at));
      }),
    );
  });
});

describe('The current moment', () => {
  it('comes in canonical form and lies between the readings of the clock around it', () => {
    const before = Date.now();
    const moment = now();
    expect(moment).toMatch(ONE_FORM);
    expect(Date.parse(moment)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(moment)).toBeLessThanOrEqual(Date.now());
  });
});

function withOffset({ at, offsetMinutes }: { at: number; offsetMinutes: number }): string {
  const local = new Date(at + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${local}${offsetMinutes < 0 ? '-' : '+'}${two(hours)}:${two(minutes)}`;
}
