import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countCharacters, IS_STORABLE, notBefore, textOf, textUpToBytes, type Rule } from './rules.js';

function passes({ test }: Rule, value: unknown, object = {}): boolean {
  return test(value, object);
}

describe('Counting characters', () => {
  it('counts code points, as JSON Schema does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(countCharacters(text)).toBe(Array.from(text).length);
      }),
    );
  });

  it.each([
    ['', 0],
    ['a', 1],
    ['🚨', 1],
    ['🚨🚨', 2],
    ['\ud83d', 1],
    ['\udea8\ud83d', 2],
    ['\ud83d\ud83d\udea8', 2],
    ['e\u0301', 2],
  ])('counts %j as %i', (text, count) => {
    expect(countCharacters(text)).toBe(count);
  });
});

describe('Text of a bounded length', () => {
  it.each(['a', 'abc', '🚨🚨🚨'])('takes %j', (short) => {
    expect(passes(textOf(1, 3), short)).toBe(true);
  });

  it.each([[''], ['abcd'], ['🚨🚨🚨🚨'], [null], [123], [['a']]])('refuses %j', (short) => {
    expect(passes(textOf(1, 3), short)).toBe(false);
  });
});

describe('Text of a bounded size', () => {
  it.each(['', 'abcd', '🚨', 'ää'])('takes %j, of at most four bytes', (small) => {
    expect(passes(textUpToBytes(4), small)).toBe(true);
  });

  it.each([['abcde'], ['🚨x'], ['äää'], [1]])('refuses %j', (small) => {
    expect(passes(textUpToBytes(4), small)).toBe(false);
  });
});

describe('Storable text', () => {
  it.each(['🚨', '\u202egnp.exe', '\ufeffmark', '\u0007\u001b[31m', '\ufffd', 'e\u0301', '\u2028'])(
    'takes %j',
    (storable) => {
      expect(passes(IS_STORABLE, storable)).toBe(true);
    },
  );

  it.each(['\0', 'a\0b', '\ud83d', 'a\udea8', '\udea8\ud83d'])('refuses %j', (storable) => {
    expect(passes(IS_STORABLE, storable)).toBe(false);
  });
});

describe('A timestamp that must not lie before another', () => {
  it('may be the same or later, and may stand alone', () => {
    expect(passes(notBefore('since'), '2026-01-01', { since: '2026-01-01' })).toBe(true);
    expect(passes(notBefore('since'), '2026-01-02', { since: '2026-01-01' })).toBe(true);
    expect(passes(notBefore('since'), '2026-01-02')).toBe(true);
    expect(passes(notBefore('since'), undefined, { since: '2026-01-02' })).toBe(true);
  });

  it('is refused when it lies before', () => {
    expect(passes(notBefore('since'), '2026-01-01', { since: '2026-01-02' })).toBe(false);
  });
});
