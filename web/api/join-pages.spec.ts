import { describe, expect, it } from '@jest/globals';
import { joinPages } from './join-pages.js';

const list = (
  rows: readonly number[],
  next: string | null = 'more',
): { rows: readonly number[]; next: typeof next } => ({
  rows,
  next,
});
const join = (first: readonly number[], last: readonly number[]): readonly number[] =>
  joinPages(list(first, 'after the first'), list(last), (row: number) => row).rows;

describe('A beginning that was read again', () => {
  it('stands before what was loaded below it, each row once', () => {
    expect(join([9, 8, 7], [8, 7, 6, 5])).toEqual([9, 8, 7, 6, 5]);
    expect(joinPages(list([9, 8, 7]), list([8, 7, 6, 5], null), (row: number) => row).next).toBeNull();
  });

  it('is all that is known where more came than a page holds, so that no row is missing between', () => {
    expect(join([99, 98, 97], [8, 7, 6, 5])).toEqual([99, 98, 97]);
    expect(joinPages(list([99, 98], 'to 97'), list([8, 7, 6], null), (row: number) => row).next).toBe(
      'to 97',
    );
  });

  it('is all there is where nothing was loaded below it', () => {
    expect(join([3, 2, 1], [2, 1])).toEqual([3, 2, 1]);
    expect(join([], [])).toEqual([]);
  });
});
