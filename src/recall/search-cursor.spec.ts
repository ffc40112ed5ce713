import { describe, expect, it } from '@jest/globals';
import { validate } from '../validation/index.js';
import { SearchQueryDto } from './dto/search.request.js';
import { decodePosition, encodePosition } from './search-cursor.js';
import type { SearchPosition } from './search/search.types.js';

const numbers = (most: number): number[] => Array.from({ length: 64 }, (_, index) => most - index);

describe('The cursor of a search', () => {
  it('is accepted as the next page of the largest query', () => {
    const position: SearchPosition = {
      score: 1.123456,
      kind: 'preference',
      key: 'é'.repeat(255),
      newest: { event: 1e9, message: 1e9 },
      marks: { event: 1e9, message: 1e9 },
      rows: { event: 1e9, message: 1e9, outside: 6000 },
      ranked: numbers(399),
      documents: { event: numbers(1e9), message: numbers(1e9), outside: numbers(6000) },
      corrections: Object.fromEntries(
        numbers(64)
          .slice(0, 8)
          .map((n) => [`${'x'.repeat(18)}${n}`, 'y'.repeat(20)]),
      ),
      time: '2026-11-22T20:15:00.000Z',
    };
    const cursor = encodePosition(position, 'search');
    expect(validate(SearchQueryDto, { q: 'backup', cursor })).toMatchObject({ cursor });
    expect(decodePosition(cursor, 'search')).toEqual(position);
  });
});
