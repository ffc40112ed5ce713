import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { countCharacters, IsNotBefore, IsStorableText, IsTextOf, IsTextUpToBytes } from './rules.js';

class Sample {
  @IsTextOf(1, 3)
  short: unknown = 'abc';

  @IsTextUpToBytes(4)
  small: unknown = 'abcd';

  @IsStorableText()
  storable: unknown = 'text';

  since: unknown = undefined;

  @IsNotBefore('since')
  until: unknown = undefined;
}

/** The names of the fields that are refused. */
function refused(parts: Partial<Sample>): string[] {
  return validateSync(Object.assign(new Sample(), parts)).map(({ property }) => property);
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
    expect(refused({ short })).toEqual([]);
  });

  it.each([[''], ['abcd'], ['🚨🚨🚨🚨'], [null], [123], [['a']]])('refuses %j', (short) => {
    expect(refused({ short })).toEqual(['short']);
  });
});

describe('Text of a bounded size', () => {
  it.each(['', 'abcd', '🚨', 'ää'])('takes %j, of at most four bytes', (small) => {
    expect(refused({ small })).toEqual([]);
  });

  it.each([['abcde'], ['🚨x'], ['äää'], [1]])('refuses %j', (small) => {
    expect(refused({ small })).toEqual(['small']);
  });
});

describe('Storable text', () => {
  it.each(['🚨', '\u202egnp.exe', '\ufeffmark', '\u0007\u001b[31m', '\ufffd', 'e\u0301', '\u2028'])(
    'takes %j',
    (storable) => {
      expect(refused({ storable })).toEqual([]);
    },
  );

  it.each(['\0', 'a\0b', '\ud83d', 'a\udea8', '\udea8\ud83d'])('refuses %j', (storable) => {
    expect(refused({ storable })).toEqual(['storable']);
  });
});

describe('A moment that must not lie before another', () => {
  it('may be the same or later, and may stand alone', () => {
    expect(refused({ since: '2026-01-01', until: '2026-01-01' })).toEqual([]);
    expect(refused({ since: '2026-01-01', until: '2026-01-02' })).toEqual([]);
    expect(refused({ until: '2026-01-02' })).toEqual([]);
    expect(refused({ since: '2026-01-02' })).toEqual([]);
  });

  it('is refused when it lies before', () => {
    expect(refused({ since: '2026-01-02', until: '2026-01-01' })).toEqual(['until']);
  });
});
