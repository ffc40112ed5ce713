import { DISK_PERCENT, milestonesOf } from '../pve2-disk.js';
import { clockOf } from '../time.js';
import { DUMPS } from '../events/incident.js';
import { jarvis, tool, user, type Scene } from './script.js';

/** The owner asks about the incident of the night; what Jarvis does afterwards shows in the events as well. */
export const backupFailed: Scene = (story) => {
  const times = milestonesOf(story);
  const [cleaned, full, retried] = [times.cleaned, times.full, times.retryDone].map(clockOf);
  return {
    topic: 'backup-failed',
    model: 'claude-sonnet-4-5',
    startsAt: story.askedAt,
    turns: [
      user('I saw a red alert about a failed backup. What happened, and do I have to do something?'),
      tool(
        'memory_events',
        { node: 'pve2', type: ['alert', 'action'], minSeverity: 'info', hours: 12 },
        {
          events: [
            {
              at: clockOf(times.warning),
              summary: `Disk usage of local on pve2 is at ${DISK_PERCENT.warning} %`,
              resolvedBy: 'jarvis',
            },
            {
              at: full,
              summary: 'Backup of 204 (photos) failed: no space left on device',
              resolvedBy: 'jarvis',
            },
            { at: clockOf(times.cleaningBegins), summary: 'Began to delete 6 dumps on pve2' },
            { at: clockOf(times.retryBegins), summary: 'Repeated the backup of 204 (photos)' },
          ],
        },
      ),
      tool(
        'storage_status',
        { node: 'pve2', storage: 'local' },
        { usedPercent: DISK_PERCENT.retryDone, sizeGiB: 460 },
      ),
      jarvis(
        `Nothing is lost and nothing is left to do. Your import of 6 214 photos filled \`local\` on pve2, and at ${full} ` +
          `the backup of photos did not fit any more. I deleted ${DUMPS.length} dumps that the retention no longer needs ` +
          `(191 GiB, free again at ${cleaned}) and repeated the backup; it was done at ${retried} and its checksum is good. ` +
          `The disk is at ${DISK_PERCENT.retryDone} % now.`,
      ),
      user('Why do the backups of pve2 go to its own disk at all? Please send them to the NAS from now on.'),
      tool('set_preference', { key: 'backup.target.pve2', value: 'nas-backup' }, { saved: true }),
      tool(
        'move_backups',
        { node: 'pve2', from: 'local', to: 'nas-backup' },
        { started: true, dumps: 4, gib: 72 },
      ),
      jarvis(
        'Done: `backup.target.pve2` is `nas-backup`, from the coming night on. I am moving the 4 dumps that are still on ' +
          `pve2 (72 GiB) as well; that takes about six minutes and brings the disk to ${DISK_PERCENT.moved} %.`,
      ),
      user('And warn me a bit earlier next time.'),
      tool('set_preference', { key: 'alerts.disk.warning_percent', value: 75 }, { saved: true, before: 80 }),
      jarvis('I warn at 75 % from now on, before it was 80 %. The error stays at 90 %.'),
    ],
  };
};
