import { describe, expect, it } from '@jest/globals';
import type { EventRow, Schemas } from '../../api/types.js';
import { shownLines, sinceLines } from './since-visit.js';

const NOW = Date.parse('2026-11-24T07:42:00.000Z');
const at = (clock: string): string => `2026-11-24T${clock}:00.000Z`;
const item = (
  kind: Schemas['TimelineItemDto']['kind'],
  clock: string,
  title: string,
): Schemas['TimelineItemDto'] => ({ at: at(clock), kind, id: clock, title });
const event = (id: number, clock: string, more: Partial<EventRow> = {}): EventRow => ({
  id,
  timestamp: at(clock),
  type: 'alert',
  severity: 'critical',
  source: 'monitor',
  node: 'pve3',
  summary: `event ${id}`,
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
  ...more,
});

describe('What changed since the last visit', () => {
  it('is newest first, what was fixed in one line', () => {
    const lines = sinceLines({
      now: NOW,
      events: [event(1, '05:31'), event(2, '03:09', { resolvedAt: at('03:26') })],
      items: [
        item('resolution', '03:26', 'resolved by jarvis: b'),
        item('resolution', '03:16', 'resolved by jarvis: a'),
        item('snapshot', '03:12', 'guest lxc/131 (immich) moved from pve2 to pve1'),
        item('snapshot', '02:00', 'the backup of guest lxc/131 (immich) ended'),
        item('preference', '01:00', 'ui.theme set to dark'),
        item('resolution', '00:30', 'resolved by user: c'),
      ],
      gaps: [
        { from: at('04:10'), to: at('04:34'), what: 'snapshots' },
        { from: at('00:10'), to: at('00:34'), what: 'anything' },
      ],
    });
    const shown = shownLines(lines, 7);
    expect(shown.map(({ mark, text }) => `${mark} ${text}`)).toEqual([
      'critical event 1',
      'gap No snapshots for 24 min',
      'fixed Jarvis fixed 2 problems',
      'moved 131 immich moved from pve2 to pve1',
      'critical event 2',
      'preferences ui.theme set to dark',
      'fixed You resolved 1 problem',
    ]);
    expect(lines.map(({ note }) => note)).toContain('fixed after 17 min');
    expect(shownLines(lines, 3).map(({ text }) => text)).toEqual([
      'event 1',
      'Jarvis fixed 2 problems',
      'event 2',
    ]);
  });

  it('counts what it does not name', () => {
    const items = ['05:05', '05:04', '05:03', '05:02', '05:01'].map((clock) =>
      item('snapshot', clock, 'storage local on pve4 crossed 90 %'),
    );
    const lines = sinceLines({ now: NOW, events: [], items, gaps: [] });
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)?.text).toBe('2 more changes in the cluster');
  });

  it('is nothing where nothing happened', () => {
    expect(sinceLines({ now: NOW, events: [], items: [], gaps: [] })).toEqual([]);
  });
});
