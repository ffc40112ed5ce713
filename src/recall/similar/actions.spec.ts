import { describe, expect, it } from '@jest/globals';
import { groupActions, namesOneOf, openSpan } from './actions.js';
import type { EventRow } from './event-rows.js';

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);

function anAction(id: number, day: number, summary: string): EventRow {
  return {
    id,
    timestamp: new Date(FIRST + day * DAY).toISOString(),
    type: 'action',
    severity: 'info',
    source: 'jarvis',
    node: 'pve2',
    summary,
    resolved: false,
    resolvedAt: null,
    resolvedBy: null,
  };
}

describe('An action names an event', () => {
  it.each([
    ['Restarted the job for event 12', null],
    ['As in [event 12]: restarted', null],
    ['Restarted (event #12)', null],
    ['Restarted', '{"eventId":12}'],
    ['Restarted', '{"event_id": "12"}'],
    ['Restarted', '{"eventIds":[12]}'],
    ['Restarted, see /api/memory/events/12', null],
  ])('%s %s', (summary, details) => {
    expect(namesOneOf({ summary, details }, new Set([12]))).toBe(true);
  });

  it.each([
    ['Restarted vm 12', null],
    ['Restarted for event 120', null],
    ['Restarted 12 events', '{"id":12}'],
  ])('and not with %s %s', (summary, details) => {
    expect(namesOneOf({ summary, details }, new Set([12]))).toBe(false);
  });
});

describe('Actions', () => {
  it('that differ by numbers only are one, and the most helpful is first', () => {
    const taken = [
      anAction(1, 0, 'Rebooted pve2'),
      anAction(2, 0.5, 'Removed 3 old backups'),
      anAction(4, 10.5, 'Removed 17 old backups'),
      anAction(3, 10, 'Rebooted pve2'),
    ];
    const alerts = [0, 0.4, 10.3].map((day) => FIRST + day * DAY);
    expect(groupActions(taken, alerts, FIRST + 100 * DAY)).toEqual([
      {
        summary: 'Removed 17 old backups',
        lastTaken: taken[2]?.timestamp,
        times: 2,
        stayedAway: { times: 2, of: 2 },
        ids: [4, 2],
      },
      {
        summary: 'Rebooted pve2',
        lastTaken: taken[3]?.timestamp,
        times: 2,
        stayedAway: { times: 0, of: 2 },
        ids: [3, 1],
      },
    ]);
  });

  it('have no time in which they helped where the resolving has none, or is before the opening', () => {
    const timestamp = '2026-01-02T00:00:00.000Z';
    expect(openSpan({ timestamp, resolvedAt: null })).toEqual([]);
    expect(openSpan({ timestamp, resolvedAt: '2026-01-01T00:00:00.000Z' })).toEqual([]);
    expect(openSpan({ timestamp, resolvedAt: timestamp })).toHaveLength(1);
  });
});
