import type { DraftEvent } from '../events/draft.js';
import { DAY, MINUTE, SECOND } from '../time.js';

/** A night on which `local` of pve2 filled up, and what was done about it. */
interface FullNight {
  readonly daysAgo: number;
  /** Minutes after the backups of that night began. */
  readonly minute: number;
  readonly percent: number;
  readonly minutesOpen: number;
  readonly action: string;
  readonly failed?: string;
}

/** Restarting photos helped for a day, deleting dumps for weeks. */
const FULL_NIGHTS: readonly FullNight[] = [
  {
    daysAgo: 97,
    minute: 24,
    percent: 97.2,
    minutesOpen: 31,
    action: 'Began to delete 4 dumps on pve2, as jarvis.cleanup.allowed_paths permits',
    failed: '203 (nextcloud)',
  },
  {
    daysAgo: 66,
    minute: 19,
    percent: 95.8,
    minutesOpen: 18,
    action: 'Emptied the trash of photos: 31 GiB',
  },
  {
    daysAgo: 41,
    minute: 27,
    percent: 98.1,
    minutesOpen: 44,
    action: 'Restarted photos',
    failed: '204 (photos)',
  },
  {
    daysAgo: 40,
    minute: 22,
    percent: 98.4,
    minutesOpen: 21,
    action: 'Began to delete 5 dumps on pve2, as jarvis.cleanup.allowed_paths permits',
    failed: '204 (photos)',
  },
  {
    daysAgo: 23,
    minute: 31,
    percent: 96.3,
    minutesOpen: 26,
    action: 'Began to move 3 dumps from pve2 to nas-backup',
  },
  {
    daysAgo: 9,
    minute: 25,
    percent: 97.7,
    minutesOpen: 23,
    action: 'Began to delete 3 dumps on pve2, as jarvis.cleanup.allowed_paths permits',
    failed: '204 (photos)',
  },
];

/** The same trouble on earlier nights, so that the memory can say what helped. @param backupAt of the day's night. */
export function pastIncidents(backupAt: number): DraftEvent[] {
  return [...FULL_NIGHTS.flatMap((night) => tell(night, backupAt)), ...restartOfPve1(backupAt)];
}

function tell(night: FullNight, backupAt: number): DraftEvent[] {
  const { daysAgo, minute, percent, minutesOpen, action, failed } = night;
  const at = backupAt - daysAgo * DAY + minute * MINUTE;
  const goodAt = at + minutesOpen * MINUTE;
  const shared = { node: 'pve2' } as const;
  const resolved = { at: goodAt, by: 'jarvis' } as const;
  const alert = { ...shared, type: 'alert', severity: 'critical' } as const;
  return [
    {
      ...alert,
      at,
      source: 'monitor',
      summary: `Disk usage of local on pve2 is at ${percent} %`,
      details: { storage: 'local', mount: '/var/lib/vz', usedPercent: percent },
      resolved,
    },
    ...(failed === undefined
      ? []
      : [
          {
            ...alert,
            at: at - 18 * SECOND,
            source: 'system',
            summary: `Backup of ${failed} failed: no space left on device`,
            details: { target: 'local', exitCode: 1 },
            resolved: { at: goodAt + 24 * MINUTE, by: 'jarvis' },
          } as const,
        ]),
    { ...shared, at: goodAt - 8 * MINUTE, type: 'action', source: 'jarvis', summary: action },
    {
      ...shared,
      at: goodAt,
      type: 'status',
      source: 'monitor',
      summary: `Disk usage of local on pve2 is back at ${(percent - 38).toFixed(1)} %`,
      details: { storage: 'local' },
    },
  ];
}

/** What the owner did the last time that a node waited for a restart. */
function restartOfPve1(backupAt: number): DraftEvent[] {
  const at = backupAt - 43 * DAY;
  return [
    {
      at,
      type: 'alert',
      severity: 'warning',
      source: 'monitor',
      node: 'pve1',
      summary: 'pve1 has to be restarted for 3 security updates',
      details: { packages: ['linux-image', 'openssl', 'systemd'], uptimeDays: 88 },
      resolved: { at: at + 2 * DAY, by: 'user' },
    },
    {
      at: at + 2 * DAY - 5 * MINUTE,
      type: 'action',
      source: 'user',
      node: 'pve1',
      summary: 'Restarted pve1 after its updates',
    },
  ];
}
