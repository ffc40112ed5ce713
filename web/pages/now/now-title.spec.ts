import { describe, expect, it } from '@jest/globals';
import type { EventRow } from '../../api/types.js';
import { leadOf, titleOf } from './now-title.js';
import type { StorageView } from './storage-forecast.js';

const NOW = new Date('2026-11-24T07:42:00').getTime();
const event = (summary: string): EventRow => ({
  id: 1,
  timestamp: new Date('2026-11-24T05:31:07').toISOString(),
  type: 'alert',
  severity: 'critical',
  source: 'monitor',
  node: 'pve3',
  summary,
  details: null,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
});
const storage = (name: string, fullAt: number | undefined, left: string): StorageView => ({
  id: name,
  name,
  owner: 'pve2',
  usedPercent: 94,
  totalBytes: 1,
  level: 'warning',
  left,
  fullAt,
});

describe('The state in words', () => {
  it.each([
    [
      [event('Pool tank of pve3 is degraded: drive sdb was taken out')],
      '1 open. Pool tank of pve3 is degraded, since 05:31.',
    ],
    [[event('Storage pbs is full.'), event('b')], '2 open. Storage pbs is full, since 05:31.'],
    [[event('x'.repeat(1000))], `1 open. ${'x'.repeat(45)}…, since 05:31.`],
  ])('says the worst of what is open', (open, words) => {
    expect(titleOf(open, undefined, NOW)).toBe(words);
  });

  it('says since when nothing is', () => {
    expect(titleOf([], undefined, NOW)).toBe('Nothing open.');
    expect(titleOf([], new Date('2026-11-22T03:26:00').getTime(), NOW)).toBe('Nothing open since Sun 03:26.');
  });

  it('says what was done, and what is full next', () => {
    const storages = [
      storage('ceph', undefined, 'not growing'),
      storage('b', NOW + 9, 'full around 10:40'),
      storage('a', NOW + 5, 'full around 10:20'),
    ];
    expect(leadOf(5, storages)).toBe(
      'Jarvis fixed 5 problems in 24 hours. Storage a on pve2 runs full around 10:20 if nothing changes.',
    );
    expect(leadOf(0, [])).toBeUndefined();
  });
});
