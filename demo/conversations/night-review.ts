import { backupEvents } from '../events/backup.js';
import { settle } from '../events/draft.js';
import { incidentEvents } from '../events/incident.js';
import { upkeepEvents } from '../events/moves.js';
import { DISK_PERCENT, milestonesOf } from '../pve2-disk.js';
import type { Story } from '../story.js';
import { clockOf, MINUTE } from '../time.js';
import { jarvis, tool, user, type Scene } from './script.js';

/** The owner has the night summed up: a long result of a tool, and an answer in Markdown. */
export const nightReview: Scene = (story) => ({
  topic: 'review-of-the-night',
  model: 'claude-sonnet-4-5',
  startsAt: story.askedAt + 13 * MINUTE,
  turns: [
    user('Sum up the night for my notes: a table of what happened, and how I can check it myself.'),
    tool(
      'memory_timeline',
      { node: 'pve2', hours: 8, kinds: ['event'] },
      { events: eventsOfTheNight(story) },
    ),
    jarvis(review(story)),
    user('Perfect. Thanks!'),
  ],
});

function eventsOfTheNight(story: Story): object[] {
  const { importBegins, moved } = milestonesOf(story);
  const told = [...incidentEvents(story), ...backupEvents(story), ...upkeepEvents(story)];
  return settle(told, { start: importBegins, end: moved }).map(({ event, resolvedBy }) => ({
    ...event,
    ...(resolvedBy ? { resolvedBy } : {}),
  }));
}

function review(story: Story): string {
  const times = milestonesOf(story);
  const [warning, full, cleaned, retried, moved] = [
    times.warning,
    times.full,
    times.cleaned,
    times.retryDone,
    times.moved,
  ].map(clockOf);
  return `## Last night

**In short:** the import of 6 214 photos filled \`local\`, one backup failed, I made room and repeated it. *Nothing is lost.*

| when | what | \`local\` |
|---|---|---:|
| ${warning} | local passes the warning | ${DISK_PERCENT.warning} % |
| ${full} | backup of 204 (photos) fails | ${DISK_PERCENT.full} % |
| ${cleaned} | 6 dumps deleted, 191 GiB | ${DISK_PERCENT.cleaned} % |
| ${retried} | backup repeated, checksum good | ${DISK_PERCENT.retryDone} % |
| ${moved} | 4 dumps moved to the NAS | ${DISK_PERCENT.moved} % |

What I did, in order:

1. moved 202 (postgres) to pve1, so that its log had room
2. deleted what the retention no longer needs:
   - one dump that did not fit
   - five old dumps of photos and nextcloud
3. repeated the backup and compared its checksum
4. moved postgres back

To check it yourself:

\`\`\`sh
# how much room there is now
ssh pve2 df -h /var/lib/vz
# the backup that was repeated
ssh pve2 'ls -lh /var/lib/vz/dump/vzdump-qemu-204-*'
\`\`\`

> The backups of pve2 go to \`nas-backup\` from tonight on, so this cause is gone.`;
}
