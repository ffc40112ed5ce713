import { describe, expect, it } from '@jest/globals';
import type { EventRow } from '../../api/types.js';
import { mergedRows } from './event-rows.js';

const event = (id: number, minute: number, summary = ''): EventRow => ({
  id,
  timestamp: `2026-11-24T05:${String(minute).padStart(2, '0')}:00.000Z`,
  type: 'alert',
  severity: 'error',
  source: 'monitor',
  node: null,
  summary,
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
});
const heard = (...events: readonly EventRow[]): Map<number, EventRow> =>
  new Map(events.map((one) => [one.id, one]));
const idsOf = (rows: readonly EventRow[]): number[] => rows.map(({ id }) => id);

describe('A list with what was heard since it was loaded', () => {
  const loaded = [event(3, 30), event(2, 20), event(1, 10)];

  it('has everything once, newest first', () => {
    const rows = mergedRows(loaded, heard(event(4, 25), event(5, 40), event(2, 20, 'changed')), false);
    expect(idsOf(rows)).toEqual([5, 3, 4, 2, 1]);
    expect(rows[3]?.summary).toBe('changed');
  });

  it('leaves to the next page what is older than the last row', () => {
    expect(idsOf(mergedRows(loaded, heard(event(9, 5)), false))).toEqual([3, 2, 1]);
    expect(idsOf(mergedRows(loaded, heard(event(9, 5)), true))).toEqual([3, 2, 1, 9]);
  });

  it('is the same list where nothing was heard', () => {
    expect(mergedRows(loaded, heard(), true)).toBe(loaded);
  });
});
