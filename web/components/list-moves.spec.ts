import { describe, expect, it } from '@jest/globals';
import { indexAfter } from './list-moves.js';

describe('A key in a list', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowUp', 3, 2],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 9, 9],
    ['PageDown', 3, 7],
    ['PageUp', 3, 0],
    ['Home', 3, 0],
    ['End', 3, 9],
    ['ArrowDown', -1, 0],
  ])('%s leads from row %d to row %d', (key, from, to) => {
    expect(indexAfter(key, from, 10, 4)).toBe(to);
  });

  it('leads nowhere for other keys, and in an empty list', () => {
    expect(indexAfter('x', 3, 10, 4)).toBeUndefined();
    expect(indexAfter('ArrowDown', 0, 0, 4)).toBeUndefined();
  });
});
