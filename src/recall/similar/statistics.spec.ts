import { describe, expect, it } from '@jest/globals';
import { medianOf, mergedSpans, stayedAway, usualHourOf } from './statistics.js';

const HOUR = 3_600_000;

describe('The median', () => {
  it.each([
    [[], undefined],
    [[7], 7],
    [[9, 1, 5], 5],
    [[1, 10, 2, 4], 3],
  ])('of %j is %p', (values, expected) => {
    expect(medianOf(values)).toBe(expected);
  });
});

describe('The usual hour', () => {
  const at = (hour: number, minute = 0): number => Date.UTC(2026, 10, 1 + minute, hour, minute);

  it('is the one that most are in', () => {
    expect(usualHourOf([at(3), at(3, 1), at(12), at(3, 2)])).toEqual({ hour: 3, times: 3, of: 4 });
  });

  it('is none where no hour has two', () => {
    expect(usualHourOf([])).toBeUndefined();
    expect(usualHourOf([at(3), at(4)])).toBeUndefined();
  });
});

describe('Spans', () => {
  it('that touch are one, and the newest is first', () => {
    const spans = [
      { from: 50, to: 60 },
      { from: 1, to: 10 },
      { from: 5, to: 20 },
      { from: 20, to: 21 },
      { from: 6, to: 7 },
    ];
    expect(mergedSpans(spans)).toEqual([
      { from: 50, to: 60 },
      { from: 1, to: 21 },
    ]);
  });
});

describe('An alert stayed away', () => {
  it('where it did not come back for 24 hours', () => {
    expect(stayedAway([10 * HOUR], [9 * HOUR, 34.5 * HOUR], 100 * HOUR)).toEqual({ times: 1, of: 1 });
    expect(stayedAway([10 * HOUR], [9 * HOUR, 34 * HOUR], 100 * HOUR)).toEqual({ times: 0, of: 1 });
  });

  it('or it is not known yet', () => {
    expect(stayedAway([10 * HOUR], [9 * HOUR], 33 * HOUR)).toEqual({ times: 0, of: 0 });
    expect(stayedAway([10 * HOUR], [9 * HOUR, 11 * HOUR], 33 * HOUR)).toEqual({ times: 0, of: 1 });
  });

  it('each time for itself', () => {
    expect(
      stayedAway(
        [1, 2, 3].map((day) => day * 24 * HOUR),
        [0, 49 * HOUR],
        1000 * HOUR,
      ),
    ).toEqual({
      times: 1 + 1,
      of: 3,
    });
  });
});
