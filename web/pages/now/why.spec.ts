import { describe, expect, it } from '@jest/globals';
import type { Schemas } from '../../api/types.js';
import { whyNow } from './why.js';

type Pattern = Schemas['SeenPatternDto'];

const NOW = Date.parse('2026-11-24T07:42:00.000Z');
const HAPPENED = Date.parse('2026-11-24T04:31:00.000Z');

const similar = (pattern: Partial<Pattern>): Schemas['SimilarDto'] => ({
  pattern: {
    text: 'storage # is full',
    source: 'monitor',
    type: 'alert',
    node: 'pve3',
    timesSeen: 7,
    timesSeenIsAtLeast: false,
    timesSeenOnAllNodes: 7,
    timesSeenOnAllNodesIsAtLeast: false,
    firstSeen: '2026-03-02T03:00:00.000Z',
    lastSeen: '2026-11-24T04:31:00.000Z',
    examined: 7,
    usualHour: null,
    resolved: { times: 6, of: 7 },
    medianTimeToResolve: { seconds: 720, of: 6 },
    actions: [],
    ...pattern,
  },
  earlier: [],
  onOtherNodes: [],
  near: [],
});
const action = (lastTaken: string, times: number): Pattern['actions'][number] => ({
  summary: 'Restarted proxmox-backup-proxy',
  lastTaken,
  times: 3,
  stayedAway: { times, of: 3 },
  ids: [1],
});

describe('Why an open event matters now', () => {
  it.each([
    [{}, 'Seen 7 times since March. Usually resolved in 12 min.'],
    [{ timesSeenIsAtLeast: true, medianTimeToResolve: null }, 'Seen 7 or more times since March.'],
    [
      { actions: [action('2026-11-24T02:16:00.000Z', 2)] },
      'Back 2 h 15 min after: Restarted proxmox-backup-proxy. Seen 7 times since March.',
    ],
    [
      { actions: [action('2026-11-02T02:16:00.000Z', 2)] },
      'Seen 7 times since March. Restarted proxmox-backup-proxy helped 2 of 3 times.',
    ],
    [{ timesSeen: 1, timesSeenOnAllNodes: 9 }, 'New on pve3. Seen 8 times on other nodes.'],
    [{ timesSeen: 1, timesSeenOnAllNodes: 1 }, 'Never seen before.'],
  ])('%j: %s', (pattern, words) => {
    expect(whyNow(similar(pattern), HAPPENED, NOW)).toBe(words);
  });
});
