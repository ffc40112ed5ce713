import { describe, expect, it } from '@jest/globals';
import { draftDigest } from './cluster.js';

function linesOf(snapshot: unknown): string[] {
  const json = typeof snapshot === 'string' ? snapshot : JSON.stringify(snapshot);
  return draftDigest({ id: 7, timestamp: '2026-11-22T20:15:00.000Z', snapshot: json }).map(
    ({ text }) => text,
  );
}

/** What `GET /cluster/resources` of Proxmox answers. */
const RESOURCES = {
  data: [
    { type: 'node', node: 'pve1', id: 'node/pve1', status: 'online', cpu: 0.1, maxcpu: 8 },
    { type: 'node', node: 'pve2', id: 'node/pve2', status: 'offline' },
    {
      type: 'qemu',
      vmid: 100,
      name: 'web',
      node: 'pve1',
      status: 'running',
      template: 0,
      maxdisk: 10,
      disk: 10,
    },
    { type: 'lxc', vmid: 101, name: 'dns', node: 'pve2', status: 'stopped', template: 0 },
    { type: 'qemu', vmid: 900, name: 'debian', node: 'pve1', status: 'stopped', template: 1 },
    {
      type: 'storage',
      storage: 'local',
      node: 'pve1',
      status: 'available',
      disk: 91,
      maxdisk: 100,
      shared: 0,
    },
    { type: 'storage', storage: 'nas', node: 'pve1', status: 'available', disk: 85, maxdisk: 100, shared: 1 },
    { type: 'storage', storage: 'nas', node: 'pve2', status: 'available', disk: 85, maxdisk: 100, shared: 1 },
    { type: 'storage', storage: 'local', node: 'pve2', status: 'unknown' },
    { type: 'sdn', sdn: 'localnetwork', node: 'pve1', status: 'ok' },
  ],
};
const EXPECTED = [
  '2026-11-22 20:15: 1 of 2 nodes up, DOWN: pve2.',
  '1 of 2 guests running; stopped: 101 dns on pve2.',
  'Storage nearly full: pve1/local 91 %, nas 85 %.',
];

describe('The digest of a snapshot', () => {
  it.each([
    ['the resources of the API', RESOURCES],
    ['only their list', RESOURCES.data],
    ['the resources as a member', { takenBy: 'monitor', resources: RESOURCES }],
  ])('reads %s', (_, snapshot) => {
    expect(linesOf(snapshot)).toEqual(EXPECTED);
  });

  it('reads lists of nodes, guests and storages', () => {
    const snapshot = {
      quorate: true,
      nodes: [{ node: 'pve1', status: 'online' }],
      guests: [{ vmid: 403, name: 'valheim', node: 'pve4', status: 'stopped', kind: 'qemu' }],
      storages: [{ storage: 'tank', node: 'pve3', usedBytes: 1, totalBytes: 4 }],
      backup: { running: [], failed: [203] },
    };
    expect(linesOf(snapshot)).toEqual([
      '2026-11-22 20:15: all nodes up: pve1.',
      '0 of 1 guests running; stopped: 403 valheim on pve4.',
      'No storage of 1 is 80 % full.',
    ]);
  });

  it('reads the status of a cluster', () => {
    const data = [
      { type: 'cluster', name: 'home', quorate: 0, nodes: 2 },
      { type: 'node', name: 'pve1', online: 1 },
      { type: 'node', name: 'pve2', online: 0 },
    ];
    expect(linesOf({ data })).toEqual([
      '2026-11-22 20:15: 1 of 2 nodes up, DOWN: pve2. The cluster has no quorum.',
    ]);
  });

  it.each([
    ['a document of something else', { weather: [{ place: 'home', temperature: 21 }] }],
    ['tasks', { data: [{ upid: 'UPID:x', node: 'pve1', type: 'vzdump', status: 'OK' }] }],
    ['no JSON', '{"nodes": ['],
    ['nothing', 'null'],
  ])('says of %s that it is none', (_, snapshot) => {
    expect(linesOf(snapshot)).toEqual([
      '2026-11-22 20:15: This snapshot holds nothing that is known as the state of a Proxmox cluster.',
    ]);
  });

  it('names so many, and counts the others', () => {
    const guests = Array.from({ length: 500 }, (_, vmid) => ({ vmid, name: 'x', status: 'stopped' }));
    const [line = ''] = linesOf(guests);
    expect(line).toContain('0 of 500 guests running');
    expect(line).toMatch(/ and 488 more\.$/);
  });
});
