import { describe, expect, it } from '@jest/globals';
import type { EventRow } from '../../api/types.js';
import { linesOf, mayBeFixed, toggledMarks } from './marked.js';

const event = (id: number, more: Partial<EventRow> = {}) =>
  ({
    id,
    timestamp: '2026-11-24T05:31:07.000Z',
    severity: 'error',
    node: 'pve2',
    summary: `event ${id}`,
    ...more,
  }) as EventRow;

describe('Marked events', () => {
  it('are all of a folded row, and none of it at the second time', () => {
    const row = { event: event(3), all: [event(3), event(2)] };
    const marks = toggledMarks(new Set([7]), row);
    expect([...marks]).toEqual([7, 3, 2]);
    expect([...toggledMarks(marks, row)]).toEqual([7]);
  });

  it('are copied as a line each', () => {
    expect(linesOf([event(1), event(2, { node: null })])).toBe(
      '2026-11-24T05:31:07.000Z  error  pve2  event 1\n2026-11-24T05:31:07.000Z  error  cluster  event 2',
    );
  });

  it('ask for somebody from a warning on, and as an alert', () => {
    expect(
      [event(1), event(1, { severity: 'info' }), event(1, { severity: 'info', type: 'alert' })].map(
        mayBeFixed,
      ),
    ).toEqual([true, false, true]);
  });
});
