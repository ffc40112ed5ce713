import { whenPve4HasFilled } from '../pve4-disk.js';
import type { Story } from '../story.js';
import { MINUTE, SECOND } from '../time.js';
import type { DraftEvent } from './draft.js';

type Telling = Omit<DraftEvent, 'at'>;

/** What is open when the day ends: a disk that fills, of which Jarvis may delete nothing, and a pool without redundancy. */
export function latestEvents(story: Story): DraftEvent[] {
  return story.calm ? [] : [...fillingDisk(story), ...lostDrive(story)];
}

const JARVIS = { type: 'action', source: 'jarvis' } as const;

function fillingDisk(story: Story): DraftEvent[] {
  const warnedAt = whenPve4HasFilled(80.4, story);
  const onPve4 = { ...JARVIS, node: 'pve4' };
  return [
    { at: warnedAt + 20 * SECOND, ...diskAlert('warning', 80.4) },
    {
      ...onPve4,
      at: warnedAt + 3 * MINUTE,
      summary: 'Looked for what fills local on pve4: the journal of metrics, 6.8 GiB an hour',
      details: { tool: 'disk_usage', path: '/var/log/journal', guest: 401, gibPerHour: 6.8 },
    },
    {
      ...onPve4,
      at: warnedAt + 4 * MINUTE,
      summary: 'Left the journal of metrics alone: /var/log is not in jarvis.cleanup.allowed_paths',
      details: { guest: 401, preference: 'jarvis.cleanup.allowed_paths', allowed: ['/var/lib/vz/dump'] },
    },
    {
      ...onPve4,
      at: warnedAt + 5 * MINUTE,
      summary: 'Asked you: shorten the journal of metrics to 2 GiB, or may /var/log be cleaned?',
      details: { tool: 'ask_owner', channel: 'matrix', guest: 401 },
    },
    { at: whenPve4HasFilled(90.6, story) + 20 * SECOND, ...diskAlert('error', 90.6) },
  ];
}

function diskAlert(severity: 'warning' | 'error', usedPercent: number): Telling {
  return {
    type: 'alert',
    severity,
    source: 'monitor',
    node: 'pve4',
    summary: `Disk usage of local on pve4 is at ${usedPercent} %`,
    details: {
      storage: 'local',
      mount: '/var/lib/vz',
      usedPercent,
      freeGiB: Number((94 * (1 - usedPercent / 100)).toFixed(1)),
      largest: [
        { path: '/var/log/journal', guest: '401 metrics', gib: 55.2 },
        { path: '/var/lib/vz/template', guest: null, gib: 11.9 },
        { path: '/var/lib/vz/dump', guest: '403 valheim', gib: 4.8 },
      ],
    },
  };
}

function lostDrive({ end }: Story): DraftEvent[] {
  return [
    {
      at: end - 14 * MINUTE,
      type: 'alert',
      severity: 'critical',
      source: 'monitor',
      node: 'pve3',
      summary: 'Pool tank of pve3 is degraded: drive sdb was taken out after 214 write errors',
      details: {
        pool: 'tank',
        state: 'DEGRADED',
        usedPercent: 68.9,
        drives: [
          { device: 'sda', state: 'ONLINE', errors: { read: 0, write: 0, checksum: 0 } },
          { device: 'sdb', state: 'FAULTED', errors: { read: 3, write: 214, checksum: 0 } },
        ],
      },
    },
    {
      ...JARVIS,
      at: end - 12 * MINUTE,
      node: 'pve3',
      summary: 'Looked at tank: nothing is lost, sda serves all reads until sdb is replaced',
      details: { tool: 'zfs_status', pool: 'tank', errors: 0, lastScrub: 'clean' },
    },
  ];
}
