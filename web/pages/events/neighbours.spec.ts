import { describe, expect, it } from '@jest/globals';
import type { Schemas } from '../../api/types.js';
import { neighboursOf, reachOf } from './neighbours.js';

const item = (id: number): Schemas['TimelineItemDto'] => ({
  at: `2026-11-24T05:${String(id).padStart(2, '0')}:00.000Z`,
  kind: 'event',
  id,
  title: `event ${id}`,
});
const newestFirst = Array.from({ length: 30 }, (_, index) => item(30 - index));

describe('What is around an event', () => {
  it('are some before and some after it, oldest first', () => {
    expect(neighboursOf(newestFirst, 12).map(({ id }) => id)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16]);
    expect(neighboursOf(newestFirst, 1).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    expect(neighboursOf(newestFirst, 99)).toHaveLength(8);
  });

  it('says how far they reach', () => {
    const at = Date.parse(item(12).at);
    expect(reachOf(neighboursOf(newestFirst, 12), at)).toBe('4 min before, 4 min after');
    expect(reachOf([item(12)], at)).toBe('');
  });
});
