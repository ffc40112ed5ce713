import { runOf, type BackupTask } from '../backup-plan.js';
import { NODES } from '../cluster.js';
import { milestonesOf } from '../pve2-disk.js';
import type { Story } from '../story.js';
import { MINUTE, SECOND } from '../time.js';
import type { DraftEvent } from './draft.js';

/** The backups of the night: what each node and each guest reports. The failed one belongs to the incident. */
export function backupEvents(story: Story): DraftEvent[] {
  const tasks = story.backups;
  return [
    ...NODES.flatMap(({ name }) => nodeEvents(story, name, runOf(name, tasks))),
    ...tasks.filter(({ ok }) => ok).map(guestEvent),
    checkEvent(story),
  ];
}

function checkEvent({ backups, backupAt }: Story): DraftEvent {
  const failed = backups.filter(({ ok }) => !ok).map(({ guest }) => guest.vmid);
  const good = backups.length - failed.length;
  return {
    at: backupAt + 34 * MINUTE,
    type: 'action',
    source: 'jarvis',
    summary: `Checked the backups of the night: ${good} of ${backups.length} are good`,
    details: { tool: 'verify_backups', good, failed, checksums: 'sha256' },
  };
}

function nodeEvents(story: Story, node: string, run: readonly BackupTask[]): DraftEvent[] {
  const startsAt = story.backupAt;
  const failed = run.filter(({ ok }) => !ok).map(({ guest }) => guest.vmid);
  const endsAt = Math.max(...run.map(({ until }) => until)) + SECOND;
  const shared = { type: 'status', source: 'system', node } as const;
  const guests = run.map(({ guest }) => guest.vmid);
  return [
    {
      ...shared,
      at: startsAt,
      summary: `Backup job on ${node} started`,
      details: { job: 'nightly', guests },
    },
    {
      ...shared,
      at: endsAt,
      severity: failed.length > 0 ? 'error' : 'info',
      summary: `Backup job on ${node} finished${failed.length > 0 ? ' with errors' : ''}`,
      details: { job: 'nightly', seconds: Math.round((endsAt - startsAt) / SECOND), failed },
      ...(failed.length > 0 ? { resolved: repeated(story) } : {}),
    },
  ];
}

/** When what had failed was repeated. */
function repeated(story: Story): DraftEvent['resolved'] {
  return { at: milestonesOf(story).retryDone + MINUTE, by: 'jarvis' };
}

function guestEvent({ guest, target, from, until }: BackupTask): DraftEvent {
  const { vmid, name, node, dumpGiB } = guest;
  return {
    at: until,
    type: 'status',
    source: 'system',
    node,
    summary: `Backup of ${vmid} (${name}) finished: ${dumpGiB} GiB to ${target}`,
    details: { guest: vmid, target, gib: dumpGiB, seconds: Math.round((until - from) / SECOND) },
  };
}
