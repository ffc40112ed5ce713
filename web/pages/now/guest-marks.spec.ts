import { describe, expect, it } from '@jest/globals';
import { readCluster } from '../../../src/cluster/read-cluster.js';
import type { EventRow } from '../../api/types.js';
import { nodeViews } from './guest-marks.js';

const guest = (vmid: number, name: string, node: string, status = 'running'): object => ({
  vmid,
  name,
  node,
  status,
  type: 'lxc',
});
const state = (guests: readonly object[]) =>
  readCluster({
    nodes: [
      { node: 'pve1', status: 'online', cpu: 0.23, mem: 61, maxmem: 100 },
      { node: 'pve2', status: 'offline' },
    ],
    guests,
  });
const event = (summary: string, details: EventRow['details'] = null): EventRow => ({
  id: 1,
  timestamp: '2026-11-24T05:31:07.000Z',
  type: 'alert',
  severity: 'error',
  source: 'monitor',
  node: null,
  summary,
  details,
  resolved: false,
  resolvedAt: null,
  resolvedBy: null,
});

describe('The cluster as it was seen last', () => {
  const now = state([guest(131, 'immich', 'pve1'), guest(126, 'jellyfin', 'pve2', 'stopped')]);
  const before = state([guest(131, 'immich', 'pve2'), guest(126, 'jellyfin', 'pve2')]);

  it('says of each node how it is, and of each guest where it was', () => {
    if (!now) throw new Error('It is a cluster.');
    const [pve1, pve2] = nodeViews(now, before, []);
    expect(pve1).toMatchObject({ name: 'pve1', isUp: true, cpuShare: 0.23, memoryShare: 0.61, running: 1 });
    expect(pve1?.guests[0]).toMatchObject({
      movedFrom: 'pve2',
      words: '131 immich, running, moved from pve2',
    });
    expect(pve2).toMatchObject({ isUp: false, running: 0, stopped: 1 });
  });

  it.each([
    [event('Backup of 126 jellyfin failed'), 'error'],
    [event('jellyfin: no answer'), 'error'],
    [event('jellyfin2 does not answer'), undefined],
    [event('Backup failed', { vmid: 126 }), 'error'],
    [event('Backup of 126 failed', { vmid: 131 }), undefined],
  ])('marks the guest that an open event is about', (open, severity) => {
    if (!now) throw new Error('It is a cluster.');
    expect(nodeViews(now, undefined, [open])[1]?.guests[0]?.severity).toBe(severity);
  });
});
