import { describe, expect, it } from '@jest/globals';
import { tickLabels, tickWords } from './tick-labels.js';

describe('What stands over a large change', () => {
  it.each([
    ['guest lxc/202 (postgres) moved from pve2 to pve1', 'postgres moved'],
    ['storage local on pve2 crossed 95 %', 'local 95 %'],
    [
      'the backup of guest qemu/204 (photos) failed; storage local on pve2 crossed 95 %',
      'backup of photos failed',
    ],
    ['guest lxc/304 (books) went from running to stopped', 'books stopped'],
    ['node pve3-with-a-name-that-goes-on was removed', 'Node pve3-with-a-name-t…'],
  ])('is short: %s', (title, words) => {
    expect(tickWords(title)).toBe(words);
  });

  it('is left out where it would cover another, or leave the line', () => {
    const tick = (at: number, isLarge = true) => ({
      at,
      title: 'storage local on pve2 crossed 95 %',
      isLarge,
    });
    const labels = tickLabels(
      [tick(1), tick(50), tick(51), tick(70, false), tick(80), tick(101)],
      { since: 0, until: 100 },
      1000,
    );
    expect(labels.map(({ at }) => at)).toEqual([50, 80]);
  });
});
