import { describe, expect, it } from '@jest/globals';
import { gapsAmong, intervalsOf, type Interval } from './rhythm.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Moments with these distances. */
function times(...distances: number[]): number[] {
  let at = 0;
  return [0, ...distances.map((distance) => (at += distance))];
}
const repeat = (count: number, distance: number): number[] => Array<number>(count).fill(distance);
const lengthsOf = (gaps: readonly Interval[]): number[] => gaps.map(({ from, to }) => to - from);
const gapsIn = (...distances: number[]): number[] => lengthsOf(gapsAmong(intervalsOf(times(...distances))));

describe('A gap', () => {
  it('is a silence that is much longer than usual', () => {
    expect(gapsIn(...repeat(30, MINUTE), 2 * HOUR, ...repeat(30, MINUTE))).toEqual([2 * HOUR]);
    expect(gapsIn(...repeat(30, HOUR), 2 * HOUR, ...repeat(30, HOUR))).toEqual([]);
    expect(gapsIn(...repeat(30, HOUR), 4 * HOUR, ...repeat(30, HOUR))).toEqual([4 * HOUR]);
  });

  it('has more than five minutes, however fast the rhythm is', () => {
    const around = (silence: number): number[] => [...repeat(30, 10_000), silence, ...repeat(90, 10_000)];
    expect(gapsIn(...around(5 * MINUTE))).toEqual([]);
    expect(gapsIn(...around(5 * MINUTE + 1))).toEqual([5 * MINUTE + 1]);
  });

  it('is none where there is no rhythm, or nobody knows one', () => {
    const alerts = [3, 400, 2, 90, 1, 700, 5, 1, 45, 1000, 2, 300, 7].map((minutes) => minutes * MINUTE);
    expect(gapsIn(...alerts, 3 * 24 * HOUR, ...alerts)).toEqual([]);
    expect(gapsIn(MINUTE, MINUTE, MINUTE, 5 * HOUR, MINUTE, MINUTE)).toEqual([]);
    expect(gapsIn()).toEqual([]);
  });

  it('is judged by the rhythm of its time: one that changes is no gap', () => {
    const slowThenFast = [...repeat(100, HOUR), ...repeat(200, MINUTE), 30 * MINUTE, ...repeat(200, MINUTE)];
    expect(gapsIn(...slowThenFast)).toEqual([30 * MINUTE]);
  });

  it('is found although some others are there', () => {
    const hours = Array.from({ length: 6 }, () => [...repeat(60, MINUTE), HOUR]).flat();
    expect(gapsIn(...hours, ...repeat(60, MINUTE))).toEqual(repeat(6, HOUR));
  });

  it('begins with the last of rows that were written together', () => {
    const together = [500, 500, 500];
    const findings = repeat(20, 5 * MINUTE).flatMap((pause) => [...together, pause]);
    const gaps = gapsAmong(intervalsOf(times(...findings, 40 * MINUTE, ...findings)));
    expect(gaps).toEqual([{ from: expect.any(Number), to: expect.any(Number) }]);
    expect(lengthsOf(gaps)).toEqual([40 * MINUTE]);
  });
});
