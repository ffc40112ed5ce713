import { describe, expect, it } from '@jest/globals';
import { reasonAgainst } from './column-rules.js';
import type { CellType, CopiedCell } from './row-text.js';

const against = (cell: CopiedCell, type: CellType, isRequired = false): string | undefined =>
  reasonAgainst(cell, { type, isRequired });

describe('A column of a typed engine', () => {
  it.each<[CopiedCell, CellType]>([
    ['a text 🐙', 'text'],
    ['', 'text'],
    [5, 'integer'],
    [2n ** 62n, 'integer'],
    [true, 'flag'],
    [0.5, 'amount'],
    [Infinity, 'amount'],
    [Buffer.from([0]), 'bytes'],
    [null, 'text'],
  ])('holds %p as %s', (cell, type) => {
    expect(against(cell, type)).toBeUndefined();
  });

  it.each<[CopiedCell, CellType, string]>([
    ['a\0b', 'text', 'has a character U+0000'],
    ['a\ud800b', 'text', 'has half a character (a lone surrogate)'],
    ['\udc00', 'text', 'has half a character (a lone surrogate)'],
    [5, 'text', 'is no text'],
    [Buffer.from('a'), 'text', 'is no text'],
    [1.5, 'integer', 'is no whole number'],
    ['many', 'integer', 'is no whole number'],
    [1, 'flag', 'is neither true nor false'],
    [NaN, 'amount', 'is no number'],
    ['text', 'bytes', 'is not made of bytes'],
  ])('cannot hold %p as %s', (cell, type, reason) => {
    expect(against(cell, type)).toBe(reason);
  });

  it('that is required has no row without it', () => {
    expect(against(null, 'text', true)).toBe('is missing');
  });
});
