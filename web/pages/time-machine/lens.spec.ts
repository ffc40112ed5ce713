import { describe, expect, it } from '@jest/globals';
import { changeBeside, lensAround, lensAt, lensFor } from './lens.js';
import { spanWith } from '../../state/span-with.js';

const MINUTE = 60_000;
const span = { since: 0, until: 1440 * MINUTE };
const minutes = ({ since, until }: { since: number; until: number }): number[] => [
  since / MINUTE,
  until / MINUTE,
];

describe('the lens', () => {
  it('has A and B in it with room around them, within the span', () => {
    expect(minutes(lensAround(600 * MINUTE, 640 * MINUTE, span))).toEqual([570, 670]);
    expect(minutes(lensAround(640 * MINUTE, 600 * MINUTE, span))).toEqual([570, 670]);
    expect(minutes(lensAround(1430 * MINUTE, 1440 * MINUTE, span))).toEqual([1410, 1440]);
    expect(minutes(lensAround(0, 1440 * MINUTE, span))).toEqual([0, 1440]);
  });

  it('reaches to an A or B outside of the span', () => {
    const { since, until } = lensAround(-3000 * MINUTE, 100 * MINUTE, span);
    expect(since).toBeLessThanOrEqual(-3000 * MINUTE);
    expect(until).toBeGreaterThanOrEqual(100 * MINUTE);
  });

  it('stays while both are in it', () => {
    const known = { since: 500 * MINUTE, until: 700 * MINUTE };
    expect(lensFor(known, 500 * MINUTE, 690 * MINUTE, span)).toBe(known);
    expect(minutes(lensFor(known, 480 * MINUTE, 500 * MINUTE, span))).toEqual([465, 515]);
  });

  it('moves within the span', () => {
    const known = { since: 500 * MINUTE, until: 700 * MINUTE };
    expect(minutes(lensAt(1000 * MINUTE, known, span))).toEqual([900, 1100]);
    expect(minutes(lensAt(10 * MINUTE, known, span))).toEqual([0, 200]);
    expect(minutes(lensAt(1439 * MINUTE, known, span))).toEqual([1240, 1440]);
  });
});

it('finds the change before and after a moment', () => {
  const times = [10, 20, 30];
  expect(changeBeside(times, 20, 'before')).toBe(10);
  expect(changeBeside(times, 20, 'after')).toBe(30);
  expect(changeBeside(times, 30, 'after')).toBeUndefined();
});

it('shows a span around an instant that the range does not reach', () => {
  expect(spanWith({ since: 100, until: 200 }, 150)).toEqual({ since: 100, until: 200 });
  expect(spanWith({ since: 100, until: 200 }, 20)).toEqual({ since: -30, until: 70 });
});
