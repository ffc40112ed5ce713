import { describe, expect, it } from '@jest/globals';
import { lasting } from './forecasts.js';

describe('lasting', () => {
  it.each([
    [1100, 1900, '3 to 5 years'],
    [150, 215, '5 to 7 months'],
    [0, 0, 'less than a day'],
    [3, 5, '3 to 5 days'],
    [400, null, 'more than 13 months'],
    [800, 9999, 'more than 2 years'],
    [4000, null, 'more than 10 years'],
    [33, 36, 'about 5 weeks'],
    [1, 1, 'about 1 day'],
  ])('says %p to %p days as %p', (earliest, latest, words) => {
    expect(lasting(earliest, latest)).toBe(words);
  });
});
