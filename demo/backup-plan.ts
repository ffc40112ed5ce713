import { GUESTS, NODES, type Guest } from './cluster.js';
import { milestonesOf } from './pve2-disk.js';
import type { Night } from './story.js';
import { MINUTE, SECOND } from './time.js';

/** One guest's turn in the backup run of its node. */
export interface BackupTask {
  readonly guest: Guest;
  readonly target: string;
  readonly from: number;
  readonly until: number;
  readonly ok: boolean;
}

const GIB_PER_MINUTE = 4;

/**
 * The backups of the night: every node saves its guests one after the other, all nodes at the same time. pve2
 * saves to its own `local`, where the last and largest dump does not fit.
 */
export function backupTasks(night: Night): BackupTask[] {
  return NODES.flatMap(({ name }) => (name === 'pve2' ? pve2Tasks(night) : tasksOf(name, night.backupAt)));
}

/** Those of a night in which all have room. */
export function calmBackupTasks(startsAt: number): BackupTask[] {
  return NODES.flatMap(({ name }) => tasksOf(name, startsAt, name === 'pve2' ? 'local' : 'nas-backup'));
}

function tasksOf(node: string, startsAt: number, target = 'nas-backup'): BackupTask[] {
  let from = startsAt + 4 * SECOND;
  return GUESTS.filter((guest) => guest.node === node).map((guest) => {
    const until = from + Math.ceil((guest.dumpGiB / GIB_PER_MINUTE) * 60) * SECOND;
    const task = { guest, target, from, until, ok: true };
    from = until + 3 * SECOND;
    return task;
  });
}

/** Its times follow the disk: at `error` the dump of nextcloud is done, at `full` that of photos has failed. */
function pve2Tasks(night: Night): BackupTask[] {
  const { backupBegins, error, full } = milestonesOf(night);
  const turns: Record<string, readonly [from: number, until: number]> = {
    paperless: [backupBegins + 4 * SECOND, backupBegins + 2 * MINUTE],
    postgres: [backupBegins + 2 * MINUTE + 3 * SECOND, backupBegins + 4 * MINUTE],
    nextcloud: [backupBegins + 4 * MINUTE + 3 * SECOND, error],
    photos: [error + 3 * SECOND, full],
  };
  return GUESTS.flatMap((guest) => {
    const turn = guest.node === 'pve2' ? turns[guest.name] : undefined;
    if (!turn) return [];
    const [from, until] = turn;
    return [{ guest, target: 'local', from, until, ok: guest.name !== 'photos' }];
  });
}

/** The run of one node, from its first guest to its last. */
export function runOf(node: string, tasks: readonly BackupTask[]): BackupTask[] {
  return tasks.filter(({ guest }) => guest.node === node);
}
