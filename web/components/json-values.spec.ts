import { describe, expect, it } from '@jest/globals';
import { LosslessNumber } from 'lossless-json';
import { copyOf, countText, cut, isContainer, kindOf, leafText, pathText, previewOf } from './json-values.js';

describe('A value of JSON as it is shown', () => {
  const long = new LosslessNumber('12345678901234567890123');

  it('has all digits of a long number', () => {
    expect(isContainer(long)).toBe(false);
    expect(kindOf(long)).toBe('number');
    expect(leafText(long)).toBe('12345678901234567890123');
    expect(copyOf({ total: long })).toBe('{\n  "total": 12345678901234567890123\n}');
  });

  it('is copied as it reads where it is a text', () => {
    expect(copyOf('126 jellyfin')).toBe('126 jellyfin');
    expect(copyOf(null)).toBe('null');
  });

  it('says its path as JavaScript does', () => {
    expect(pathText(['largest', 0, 'guest'])).toBe('largest[0].guest');
    expect(pathText([0, 'a b', 'c'])).toBe('[0]["a b"].c');
    expect(pathText(['10'])).toBe('["10"]');
  });

  it('says in a few words what a closed member holds', () => {
    expect(previewOf({ guest: '142 frigate', bytes: 3, backups: 2 })).toBe(
      '{ guest: "142 frigate", … 3 keys }',
    );
    expect(previewOf({ guest: '142 frigate' })).toBe('{ guest: "142 frigate" }');
    expect(previewOf([1, 2])).toBe('2 items');
    expect(previewOf({ deep: {} })).toBe('1 key');
    expect(previewOf([])).toBe('[]');
    expect(previewOf({})).toBe('{}');
    expect(countText({ one: 1 })).toBe('1 key');
  });

  it('is never cut in the middle of a character', () => {
    expect(cut('ab😀', 3)).toBe('ab…');
  });
});
