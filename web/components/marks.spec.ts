import { describe, expect, it } from '@jest/globals';
import { matchesOf, nearMatch, partsOf } from './marks.js';

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

  it('begins near the first match where that would not be seen', () => {
    const text = 'Why do the backups of pve2 go to its own disk at all?';
    const near = nearMatch(text, matchesOf(text, 'disk'), 28);
    expect(near.text).toBe('…pve2 go to its own disk at all?');
    expect(partsOf(near.text, near.matches).map(({ isMatch }) => isMatch)).toEqual([false, true, false]);
    expect(partsOf(near.text, near.matches)[1]!.text).toBe('disk');
  });

  it('begins with the text where its match is seen, where there is none, and where there is no word to begin at', () => {
    for (const [text, query] of [
      ['The disk is full of old backups', 'disk'],
      ['The disk is full of old backups', 'pve9'],
      [`${'x'.repeat(60)}disk`, 'disk'],
    ] as const)
      expect(nearMatch(text, matchesOf(text, query), 28).text).toBe(text);
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
