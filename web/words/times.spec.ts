import { describe, expect, it } from '@jest/globals';
import { clock, exact, length, rangeLength, rangeOf, when } from './times.js';

const at = (text: string): number => new Date(text).getTime();
const NOW = at('2026-11-24T07:42:00');

describe('A moment in words', () => {
  it.each([
    ['2026-11-24T05:31:07', '05:31'],
    ['2026-11-23T23:05:00', 'Mon 23:05'],
    ['2026-10-14T12:00:00', '14 Oct'],
    ['2025-10-14T12:00:00', '14 Oct 2025'],
  ])('%s is %s', (text, words) => {
    expect(when(at(text), NOW)).toBe(words);
  });

  it('is exact for who hovers, with UTC', () => {
    expect(exact(Date.UTC(2026, 10, 24, 4, 31, 7, 5))).toContain('2026-11-24 04:31:07.005 UTC');
  });

  it('begins a day with 00:00', () => {
    expect(clock(at('2026-11-24T00:00:00'))).toBe('00:00');
  });
});

describe('A length of time in words', () => {
  it.each([
    [0, '0 s'],
    [40_400, '40 s'],
    [17 * 60_000, '17 min'],
    [131 * 60_000, '2 h 11 min'],
    [120 * 60_000, '2 h'],
    [26 * 3_600_000, '1 day 2 h'],
    [80 * 3_600_000, '3 days'],
  ])('%d ms are %s', (milliseconds, words) => {
    expect(length(milliseconds)).toBe(words);
  });
});

describe('A span in words', () => {
  it('is as long as its button says', () => {
    const since = at('2026-11-23T08:00:00');
    expect(rangeLength({ since, until: since + 24 * 3_600_000 })).toBe('24 h');
    expect(rangeLength({ since, until: since + 7 * 24 * 3_600_000 })).toBe('7 days');
  });

  it('says no day that is today', () => {
    expect(rangeOf(at('2026-11-24T02:00:00'), at('2026-11-24T08:00:00'), NOW)).toBe('02:00 to 08:00');
  });

  it('says the day once, where it is one', () => {
    expect(rangeOf(at('2026-11-23T02:00:00'), at('2026-11-24T00:00:00'), NOW)).toBe('Mon 02:00 to 00:00');
  });

  it('says now, where it ends with the minute that has begun', () => {
    expect(rangeOf(at('2026-11-23T07:43:00'), at('2026-11-24T07:43:00'), NOW)).toBe('Mon 07:43 to now');
    expect(rangeOf(at('2026-11-23T07:41:00'), at('2026-11-24T07:41:00'), NOW)).toBe('Mon 07:41 to 07:41');
  });

  it('says both days, where there are two', () => {
    expect(rangeOf(at('2026-11-23T08:00:00'), at('2026-11-24T08:00:00'), NOW)).toBe('Mon 08:00 to 08:00');
  });
});
