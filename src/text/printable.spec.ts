import { describe, expect, it } from '@jest/globals';
import { printable, printableJson } from './printable.js';

/** Each with what a terminal would do with it. */
const OBEYED = [
  ['colour', '\u001b[31m'],
  ['set the title', '\u001b]0;x\u0007'],
  ['obey a sequence without ESC', '\u009b2J'],
  ['go back', 'a\bb'],
  ['begin the line anew', 'a\rb'],
  ['break the line', 'a\u2028b'],
  ['end at', 'a\0b'],
  ['swallow', 'a\u007fb'],
  ['turn the text round', '\u202etxt.exe'],
  ['isolate', '\u2066x\u2069'],
] as const;

// eslint-disable-next-line no-control-regex
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('Text for a terminal', () => {
  it.each(OBEYED)('holds nothing that would %s', (_, text) => {
    expect(printable(text)).toContain('?');
    expect(printable(text)).not.toMatch(RAW);
  });

  it('is otherwise left as it is', () => {
    const text = 'two\nlines,\ttab, äöü, 日本語, שלום, 👩‍🔧';
    expect(printable(text)).toBe(text);
  });

  it.each(OBEYED)('means the same as JSON where it would %s', (_, text) => {
    const json = JSON.stringify({ text: `${text} \\u001b` });
    expect(printableJson(json)).not.toMatch(RAW);
    expect(JSON.parse(printableJson(json))).toEqual(JSON.parse(json));
  });
});
