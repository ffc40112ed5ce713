import { describe, expect, it } from '@jest/globals';
import { holesOf, outOfHoles } from './gaps.js';

const gap = (from: number, to: number, what: 'snapshots' | 'monitor events' = 'snapshots') => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  what,
});

describe('the gaps of several pages', () => {
  it('are one where they meet, in the order of time', () => {
    expect(holesOf([gap(50, 60), gap(10, 20), gap(20, 30), gap(15, 35, 'monitor events')])).toEqual([
      { since: 10, until: 35, words: 'no snapshots, no events of the monitor' },
      { since: 50, until: 60, words: 'no snapshots' },
    ]);
  });

  it('are those of what is asked for', () => {
    expect(holesOf([gap(10, 20, 'monitor events'), gap(12, 14)], ['snapshots'])).toEqual([
      { since: 12, until: 14, words: 'no snapshots' },
    ]);
  });

  it('push a moment to their nearer edge', () => {
    const holes = holesOf([gap(10, 20)]);
    expect([9, 10, 12, 15, 16, 20, 21].map((at) => outOfHoles(at, holes))).toEqual([
      9, 10, 10, 10, 20, 20, 21,
    ]);
  });
});
