import { describe, expect, it } from '@jest/globals';
import { matchesOf, partsOf } from './marks.js';

describe('marks', () => {
  it('parts a text at its matches, in their order', () => {
    const parts = partsOf('Storage pbs is full', [
      [15, 19],
      [8, 11],
    ]);

    expect(parts.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join('')).toBe(
      'Storage [pbs] is [full]',
    );
  });

  it('keeps the text where matches overlap, are empty, or reach beyond it', () => {
    const parts = partsOf('disk', [
      [0, 3],
      [2, 4],
      [1, 1],
      [3, 99],
    ]);

    expect(parts.map(({ text }) => text)).toEqual(['dis', 'k']);
    expect(partsOf('', [])).toEqual([{ text: '', isMatch: false }]);
  });

  it('finds a query in any case, and nothing for none', () => {
    expect(matchesOf('Pbs and PBS', 'pbs')).toEqual([
      [0, 3],
      [8, 11],
    ]);
    expect(matchesOf('anything', '')).toEqual([]);
    // The large form of this letter is two when it is made small.
    expect(matchesOf('İ pbs', 'pbs')).toEqual([]);
  });
});
