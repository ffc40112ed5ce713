import { describe, expect, it } from '@jest/globals';
import { daysLeft } from './days-left.js';

describe('How long there is room', () => {
  it.each([
    [null, 'not growing'],
    [{ days: 1460, earliest: 1200, latest: 1800 }, '3 to 5 years left'],
    [{ days: 77722, earliest: 77722, latest: 1545290 }, 'more than 10 years left'],
    [{ days: 100, earliest: 90, latest: null }, '2 to 7 months left'],
    [{ days: 9, earliest: 5, latest: 12 }, '5 to 12 days left'],
    [{ days: 9, earliest: 9, latest: 9 }, 'about 9 days left'],
  ])('%j: %s', (until, words) => {
    expect(daysLeft(until)).toBe(words);
  });
});
