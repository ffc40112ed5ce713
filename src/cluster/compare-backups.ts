import type { Cluster, GuestState, TaskState } from './cluster.js';
import { nameOf } from './compare-guests.js';
import { label } from './label.js';
import type { ChangeLine, LineKind } from './lines.js';

export function compareBackups(before: Cluster, after: Cluster): ChangeLine[] {
  const guests = new Map([...before.guests, ...after.guests].map((guest) => [guest.vmid, guest]));
  const failures = failedTasks(before, after);
  const failed = new Set([
    ...minus(after.backups.failed, before.backups.failed),
    ...failures.filter(isBackup).map(({ vmid }) => vmid),
  ]);
  const line = (vmid: string, kind: LineKind, what: string): ChangeLine => lineOf(vmid, guests, kind, what);
  return [
    ...minus(after.backups.running, before.backups.running).map((vmid) =>
      line(vmid, 'backup.began', 'began'),
    ),
    ...minus(before.backups.running, after.backups.running)
      .filter((vmid) => !failed.has(vmid))
      .map((vmid) => line(vmid, 'backup.ended', 'ended')),
    ...[...failed].filter((vmid) => vmid !== '').map((vmid) => line(vmid, 'backup.failed', 'failed')),
    ...failures.filter((task) => !isBackup(task) || task.vmid === '').map(failureOf),
  ];
}

function minus(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one].filter((vmid) => !other.has(vmid));
}

function isBackup({ type }: TaskState): boolean {
  return type === 'vzdump';
}

/** A state without tasks was made without asking for them. */
function failedTasks({ tasks: before }: Cluster, { tasks: after }: Cluster): TaskState[] {
  if (before.length === 0) return [];
  const known = new Set(before.filter(({ outcome }) => outcome === 'failed').map(({ upid }) => upid));
  return after.filter(({ upid, outcome }) => outcome === 'failed' && !known.has(upid));
}

function lineOf(
  vmid: string,
  guests: ReadonlyMap<string, GuestState>,
  kind: LineKind,
  what: string,
): ChangeLine {
  const guest = guests.get(vmid) ?? { id: vmid, name: '', node: '' };
  const about = { kind, subject: label(guest.id), ...(guest.node === '' ? {} : { node: guest.node }) };
  return { text: `the backup of ${nameOf(guest)} ${what}`, ...about };
}

function failureOf(task: TaskState): ChangeLine {
  const { upid, type, node, vmid, status } = task;
  const where = `${vmid === '' ? '' : ` of ${label(vmid)}`}${node === '' ? '' : ` on ${label(node)}`}`;
  const text = `task ${label(type)}${where} failed: ${label(status)}`;
  const kind = isBackup(task) ? 'backup.failed' : 'task.failed';
  return { text, kind, subject: label(upid), ...(node === '' ? {} : { node }) };
}
