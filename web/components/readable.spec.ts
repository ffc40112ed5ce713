import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchesOf, partsOf } from './marks.js';
import { readable } from './readable.js';

/** What is read, with what is marked in brackets. */
function read(text: string, query: string): string {
  const found = readable({ text, matches: matchesOf(text, query) });
  return partsOf(found.text, found.matches)
    .map(({ text: part, isMatch }) => (isMatch ? `<${part}>` : part))
    .join('');
}

describe('the part of a text that a search shows', () => {
  it.each([
    ['**pbs** is `full`\nat night', 'pbs is <full> at night'],
    ['call_9 set_preference alerts.full 75', 'set_preference alerts.<full> 75'],
    ['call_service is full, toolu_01A09q90qw90lq917835lq9 x', 'call_service is <full>, x'],
    ['# Night\n\n- pbs ran full\n- 204 failed', 'Night pbs ran <full> 204 failed'],
    ['see [the full log](https://x.lan/full) now', 'see the <full> log now'],
    ['| when | what |\n|---|:--|\n| 03:04 | full |', 'when · what · 03:04 · <full>'],
    ['snake_case_full and 2 * 3 | 4', 'snake_case_<full> and 2 * 3 · 4'],
  ])('is Markdown without its signs: %j', (text, shown) => {
    expect(read(text, 'full')).toBe(shown);
  });

  it.each([
    ['{"node":"pve2","summary":"pbs is full","share":0.99}', 'node pve2, summary pbs is <full>, share 0.99'],
    ['[{"at":"03:04","why":["full","slow"]},{"at":"05:31"}]', 'at 03:04, why <full>, slow, at 05:31'],
    ['…rage": "full",\n  "ok": false }', '…rage <full>, ok false'],
    ['{"text":"one\\nfull"}', 'text one <full>'],
  ])('is JSON as names and values: %j', (text, shown) => {
    expect(read(text, 'full')).toBe(shown);
  });

  it('is in one line, and marks what was marked, whatever it is of', () => {
    const sign = fc.constantFrom(
      '**',
      '`',
      '|',
      '"',
      ':',
      ',',
      '{',
      '}',
      '[',
      ']',
      '](',
      ')',
      '\n',
      ' ',
      '#',
      '- ',
      '😀',
    );
    const text = fc.array(fc.oneof(sign, fc.constantFrom('disk', 'of', 'pve2')), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const whole = `${before.join('')} full ${after.join('')}`;
        const found = readable({ text: whole, matches: matchesOf(whole, 'full') });
        expect(found.text).not.toMatch(/\n/);
        const marked = partsOf(found.text, found.matches).filter(({ isMatch }) => isMatch);
        expect(marked.every(({ text: part }) => part === 'full')).toBe(true);
      }),
    );
  });
});
