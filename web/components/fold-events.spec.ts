import { describe, expect, it } from '@jest/globals';
import type { EventRow } from '../api/types.js';
import { foldAll, foldNeighbours } from './fold-events.js';

const event = (id: number, summary: string, more: Partial<EventRow> = {}): EventRow => ({
  id,
  timestamp: '2026-11-24T05:31:07.000Z',
  type: 'alert',
  severity: 'error',
  source: 'monitor',
  node: 'pve2',
  summary,
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
  ...more,
});
const idsOf = (folded: ReturnType<typeof foldAll>): number[][] =>
  folded.map(({ all }) => all.map(({ id }) => id));

describe('Events that say the same', () => {
  const events = [
    event(5, 'a'),
    event(4, 'a'),
    event(3, 'b'),
    event(2, 'a'),
    event(1, 'a', { resolved: true }),
  ];

  it('are one row where they are neighbours', () => {
    expect(idsOf(foldNeighbours(events))).toEqual([[5, 4], [3], [2], [1]]);
  });

  it('are one row wherever they stand, but what is open stays apart', () => {
    expect(idsOf(foldAll(events))).toEqual([[5, 4, 2], [3], [1]]);
  });

  it('are of one node and one severity', () => {
    const others = [event(2, 'a', { node: 'pve1' }), event(1, 'a', { severity: 'info' }), event(0, 'a')];
    expect(idsOf(foldNeighbours(others))).toEqual([[2], [1], [0]]);
  });
});
