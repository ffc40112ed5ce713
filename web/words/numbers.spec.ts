import { describe, expect, it } from '@jest/globals';
import { count, counted, dollars, percent, size } from './numbers.js';

describe('Numbers in words', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [812_000_000, '812 MB'],
    [9_960_000_000, '10 GB'],
    [999_600_000, '1.0 GB'],
    [4_000_785_104_896, '4.0 TB'],
  ])('%d bytes are %s', (bytes, words) => {
    expect(size(bytes)).toBe(words);
  });

  it.each([
    [1398, '1,398'],
    [10_000, '10k'],
    [999_499, '999k'],
    [3_400_000, '3.4M'],
  ])('%d is %s', (value, words) => {
    expect(count(value)).toBe(words);
  });

  it('has a plural, a share and a price', () => {
    expect([
      counted(1, 'event'),
      counted(2, 'event'),
      percent(0.936),
      dollars(0),
      dollars(0.004),
      dollars(1.5),
    ]).toEqual(['1 event', '2 events', '94 %', '$0.00', 'less than $0.01', '$1.50']);
  });
});
