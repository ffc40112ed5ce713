import { describe, expect, it } from '@jest/globals';
import type { EventRow } from '../../api/types.js';
import { MOST_HEARD, NOTHING, withHeard, withoutRead } from './heard.js';

const event = (id: number, resolved = false): EventRow => ({
  id,
  timestamp: '2026-11-24T05:00:00.000Z',
  type: 'alert',
  severity: 'error',
  source: 'monitor',
  node: null,
  summary: '',
  details: null,
  resolved,
  resolvedAt: null,
  resolvedBy: null,
});
const flood = Array.from({ length: MOST_HEARD + 500 }, (_, index) => event(index + 1));

describe('What a list hears', () => {
  it('waits while the list keeps its place', () => {
    const heard = withHeard(withHeard(NOTHING, [event(1)], [], false), [event(2)], [], true);
    expect([...heard.rows.keys()]).toEqual([1, 2]);
    expect([...heard.held]).toEqual([2]);
  });

  it('is bounded while the list keeps its place, and says so', () => {
    const heard = withHeard(NOTHING, flood, [], true);
    expect([heard.rows.size, heard.held.size, heard.isCut]).toEqual([MOST_HEARD, MOST_HEARD, true]);
  });

  it('still hears past that bound that something is resolved', () => {
    const heard = withHeard(withHeard(NOTHING, flood, [], true), [], [event(1, true)], true);
    expect(heard.rows.get(1)?.resolved).toBe(true);
    expect(heard.rows.size).toBe(MOST_HEARD);
  });

  it('keeps of what was read anew only what came since', () => {
    const before = withHeard(NOTHING, [event(1), event(2)], [], true);
    const heard = withHeard(before, [event(3)], [], true);
    const left = withoutRead(heard, new Set(before.rows.keys()));
    expect([[...left.rows.keys()], [...left.held], left.isCut]).toEqual([[3], [3], false]);
  });
});
