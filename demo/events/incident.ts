import { PVE2_LOCAL_GIB } from '../cluster.js';
import { DISK_PERCENT, milestonesOf, type Milestone } from '../pve2-disk.js';
import type { Story } from '../story.js';
import { MINUTE, round, SECOND } from '../time.js';
import type { DraftEvent } from './draft.js';

type Telling = Omit<DraftEvent, 'at' | 'node'>;

/** The disk of pve2 fills up, the backup of photos fails, Jarvis makes room and repeats it, the owner asks why. */
export function incidentEvents(story: Story): DraftEvent[] {
  return [...disaster(story), ...repair(story), ...aftermath(story)].map((event) => ({
    ...event,
    node: 'pve2',
  }));
}

function disaster(story: Story): Omit<DraftEvent, 'node'>[] {
  const { importBegins, warning, error, full, cleaned } = milestonesOf(story);
  const byJarvis = { at: cleaned + 30 * SECOND, by: 'jarvis' } as const;
  return [
    {
      at: importBegins,
      type: 'action',
      source: 'user',
      summary: 'Began to import 6 214 photos into photos',
      details: { guest: 204, files: 6214, gib: 89 },
    },
    { at: warning + 20 * SECOND, ...diskAlert('warning', 'warning'), resolved: byJarvis },
    { at: error + 20 * SECOND, ...diskAlert('error', 'error'), resolved: byJarvis },
    { at: full + 20 * SECOND, ...diskAlert('full', 'critical'), resolved: byJarvis },
    {
      at: full + 2 * SECOND,
      type: 'alert',
      severity: 'critical',
      source: 'system',
      summary: 'Backup of 204 (photos) failed: no space left on device',
      details: { guest: 204, target: 'local', writtenGiB: 34.5, exitCode: 1 },
      resolved: { at: milestonesOf(story).retryDone + MINUTE, by: 'jarvis' },
    },
  ];
}

function diskAlert(reached: Milestone, severity: 'warning' | 'error' | 'critical'): Telling {
  const usedPercent = DISK_PERCENT[reached];
  const freeGiB = round(((100 - usedPercent) / 100) * PVE2_LOCAL_GIB, 1);
  return {
    type: 'alert',
    severity,
    source: 'monitor',
    summary: `Disk usage of local on pve2 is at ${usedPercent} %`,
    details: { storage: 'local', mount: '/var/lib/vz', usedPercent, freeGiB },
  };
}

function repair(story: Story): Omit<DraftEvent, 'node'>[] {
  const { full, cleaningBegins, cleaned, retryBegins, retryDone } = milestonesOf(story);
  const byJarvis = { type: 'action', source: 'jarvis' } as const;
  return [
    {
      ...byJarvis,
      at: full + 9 * MINUTE,
      summary: 'Looked for what fills local on pve2: 6 dumps that nobody needs, 191 GiB',
      details: { tool: 'disk_usage', path: '/var/lib/vz/dump', found: DUMPS },
    },
    {
      ...byJarvis,
      at: cleaningBegins,
      summary: 'Began to delete 6 dumps on pve2, as jarvis.cleanup.allowed_paths permits',
      details: { tool: 'delete_files', path: '/var/lib/vz/dump', files: DUMPS.map(({ file }) => file) },
    },
    {
      type: 'status',
      source: 'monitor',
      at: cleaned + 20 * SECOND,
      summary: `Disk usage of local on pve2 is back at ${DISK_PERCENT.cleaned} %`,
      details: { storage: 'local', freedGiB: 191 },
    },
    {
      ...byJarvis,
      at: retryBegins,
      summary: 'Repeated the backup of 204 (photos)',
      details: { tool: 'start_backup', guest: 204, target: 'local' },
    },
    {
      type: 'status',
      source: 'system',
      at: retryDone,
      summary: 'Backup of 204 (photos) finished: 38 GiB to local',
      details: { guest: 204, target: 'local', gib: 38, seconds: (retryDone - retryBegins) / SECOND },
    },
  ];
}

/** What Jarvis found: the dump that did not fit, and old ones. */
export const DUMPS: readonly { readonly file: string; readonly gib: number }[] = [
  { file: 'vzdump-qemu-204.part', gib: 34.5 },
  { file: 'vzdump-qemu-204-old1.vma.zst', gib: 36.8 },
  { file: 'vzdump-qemu-204-old2.vma.zst', gib: 36.1 },
  { file: 'vzdump-qemu-203-old1.vma.zst', gib: 28.4 },
  { file: 'vzdump-qemu-203-old2.vma.zst', gib: 27.9 },
  { file: 'vzdump-qemu-203-old3.vma.zst', gib: 27.3 },
];

function aftermath(story: Story): Omit<DraftEvent, 'node'>[] {
  const { movingBegins, moved } = milestonesOf(story);
  return [
    {
      at: movingBegins - 5 * SECOND,
      type: 'action',
      source: 'jarvis',
      summary: 'Set backup.target.pve2 to nas-backup, as the owner asked',
      details: { tool: 'set_preference', key: 'backup.target.pve2', from: 'local', to: 'nas-backup' },
    },
    {
      at: movingBegins,
      type: 'action',
      source: 'jarvis',
      summary: 'Began to move 4 dumps from pve2 to nas-backup',
      details: { tool: 'move_backups', from: 'local', to: 'nas-backup', gib: 72 },
    },
    {
      at: moved,
      type: 'status',
      source: 'monitor',
      summary: `Disk usage of local on pve2 is at ${DISK_PERCENT.moved} %`,
      details: { storage: 'local', freedGiB: 72 },
    },
  ];
}
