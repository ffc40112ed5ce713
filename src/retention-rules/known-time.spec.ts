import { describe, expect, it } from '@jest/globals';
import { lookAtClock, timeOfRules, type KnownTime } from './known-time.js';

const HOUR = 3_600_000;
const at = (hours: number): string => new Date(Date.UTC(2026, 10, 27) + hours * HOUR).toISOString();
const YEARS = 9 * 365 * 24;

/** Looks at a clock that says these hours, one after the other. @returns from when ages are counted after each. */
function agesFrom(hours: readonly number[], first: KnownTime | null = null): string[] {
  let known = first;
  return hours.map((hour) => {
    known = lookAtClock(known, at(hour));
    return timeOfRules(known);
  });
}

describe('The moment that ages are counted from', () => {
  it('is now while the clock goes on, also where it is set by less than a day', () => {
    const hours = [0, 6, 12, 11, 18, 42, 20, 26];
    expect(agesFrom(hours)).toEqual(hours.map(at));
  });

  it('stays where the clock jumps ahead, and is now again when the clock is right again', () => {
    expect(agesFrom([0, 6, YEARS, YEARS + 6, YEARS + 12, 24, 30])).toEqual([0, 6, 6, 6, 6, 24, 30].map(at));
  });

  it('is believed where the clock goes on there for a day: the machine was off', () => {
    const month = 30 * 24;
    expect(agesFrom([0, month, month + 6, month + 23, month + 24, month + 30])).toEqual(
      [0, 0, 0, 0, month + 24, month + 30].map(at),
    );
  });

  it('is not believed for looks that are close together, nor for one jump after the other', () => {
    expect(agesFrom([0, YEARS, YEARS, YEARS, 2 * YEARS, 3 * YEARS, 2 * YEARS + 30])).toEqual(
      Array.from({ length: 7 }, () => at(0)),
    );
  });

  it('is what a clock says that is behind, which keeps more, and goes on where it was', () => {
    expect(agesFrom([YEARS, 0, 1, YEARS + 2, YEARS + 8])).toEqual(
      [YEARS, 0, 1, YEARS + 2, YEARS + 8].map(at),
    );
    expect(agesFrom([YEARS, 0, 12, 24, 30])).toEqual([YEARS, 0, 12, 24, 30].map(at));
  });
});
