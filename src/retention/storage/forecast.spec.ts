import { describe, expect, it } from '@jest/globals';
import { growthOf, untilFull, writtenPerDay } from './forecast.js';
import type { Arrivals, Sample } from './storage.types.js';

const DAY_MS = 86_400_000;

/** Four a day, with so much growth on each day. */
const samplesOf = (...growth: number[]): Sample[] => {
  let totalBytes = 1_000_000;
  return growth.flatMap((bytes, day) =>
    [0, 1, 2, 3].map((quarter) => {
      const at = new Date(1.8e12 + day * DAY_MS + (quarter * DAY_MS) / 4).toISOString();
      const sample = { at, totalBytes, writtenBytes: 500 };
      totalBytes += bytes / 4;
      return sample;
    }),
  );
};
const arrivals: readonly Arrivals[] = [
  { bytes: 3000, bytesEach: 100, perDay: [10, 20, 0, 0] },
  { bytes: 2000, bytesEach: 1000, perDay: [1, 1, 0, 0] },
];

describe('Growth', () => {
  it('is that of the days that were sampled, with a range', () => {
    const growth = growthOf(samplesOf(100, 100, 100, 100, 100, 100, 100, 900, 100, 100, 50, 0), arrivals);
    expect(growth).toEqual({ bytesPerDay: 168, low: 100, high: 100, days: 11 });
    expect(growthOf(samplesOf(100, 200, 300, 400, 0), [])).toMatchObject({ low: 100, high: 400 });
  });

  it('is that of the rows that arrive, before three days are known', () => {
    expect(growthOf(samplesOf(5, 5), arrivals)).toEqual({
      bytesPerDay: 2500,
      low: 2000,
      high: 3000,
      days: 2,
    });
    expect(growthOf([], [])).toBeNull();
  });

  it('may be none, or less than none', () => {
    expect(untilFull(1000, growthOf(samplesOf(0, 0, 0, 0, 0), []))).toBeNull();
    expect(untilFull(1000, growthOf(samplesOf(-10, -10, -10, -10, -10), []))).toBeNull();
    expect(untilFull(1000, null)).toBeNull();
  });

  it('says when something is full: soonest, on average, at the latest', () => {
    const growth = { bytesPerDay: 100, low: 50, high: 200, days: 9 };
    expect(untilFull(1000, growth)).toEqual({ days: 10, earliest: 5, latest: 20 });
    expect(untilFull(1000, { ...growth, low: 0 })).toMatchObject({ latest: null });
    expect(untilFull(-5, growth)).toEqual({ days: 0, earliest: 0, latest: 0 });
  });
});

describe('What is written', () => {
  it('is known by the samples, where the system says it', () => {
    expect(writtenPerDay(samplesOf(1, 1, 1))).toBe(2000);
    expect(writtenPerDay(samplesOf(1).slice(0, 1))).toBeNull();
    expect(writtenPerDay(samplesOf(1).map((sample) => ({ ...sample, writtenBytes: null })))).toBeNull();
  });
});
