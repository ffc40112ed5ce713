import { jarvis, system, tool, user, type Script } from '../conversations/script.js';
import { clockOf, dateOf, DAY, HOUR, MINUTE } from '../time.js';

/** What was said on earlier days: a report each morning, and now and then a question. */
export function pastScripts(firstDay: number, today: number, backupAt: number): Script[] {
  const days = Array.from({ length: Math.ceil((today - firstDay) / DAY) }, (_, ago) => ago + 1);
  return [
    ...days.map((daysAgo) => morningReport(today - daysAgo * DAY, daysAgo)),
    whyAgain(backupAt - 9 * DAY + 6 * HOUR),
    smallerModel(today - 17 * DAY + 20 * HOUR),
    newNas(today - 26 * DAY + 18 * HOUR),
  ];
}

/** @param midnight of the day. */
function morningReport(midnight: number, daysAgo: number): Script {
  const updates = (daysAgo * 7) % 9;
  const watts = 161 + ((daysAgo * 5) % 13);
  return {
    topic: 'morning-report',
    model: 'qwen3:8b',
    startsAt: midnight + 7 * HOUR,
    turns: [
      system('Write the morning report: nodes, backups, open alerts, updates. Five sentences at most.'),
      tool('cluster_state', {}, { quorate: true, nodesOnline: 4, nodes: 4, watts }),
      jarvis(
        `Good morning. All four nodes are online and the cluster is quorate, at ${watts} W. The backups of the night are ` +
          `good. ${updates === 0 ? 'There are no updates.' : `${updates} package updates are available.`}`,
      ),
    ],
  };
}

function whyAgain(startsAt: number): Script {
  const night = `${dateOf(startsAt)} ${clockOf(startsAt - 6 * HOUR + 25 * MINUTE)}`;
  return {
    topic: 'disk-full-again',
    model: 'claude-sonnet-4-5',
    startsAt,
    turns: [
      user('Again? Why does local on pve2 fill up every few weeks?'),
      tool(
        'memory_similar',
        { summary: 'Disk usage of local on pve2' },
        { timesSeen: 6, helped: [{ action: 'Began to delete # dumps on pve2', stayedAway: '3 of 3' }] },
      ),
      jarvis(
        `Because of photos: its machine has grown to 260 GiB, and each dump of it takes 38 GiB. At ${night} two dumps of it ` +
          'lay beside each other. Deleting the old ones helped each time, but only until the next import. Lasting would be ' +
          'to send the backups of pve2 to the NAS, or to keep two dumps of photos instead of four.',
      ),
      user('Keep four, I will think about the NAS.'),
      jarvis('Understood: `backup.keep_last` stays at 4.'),
    ],
  };
}

function smallerModel(startsAt: number): Script {
  return {
    topic: 'model-at-home',
    model: 'claude-sonnet-4-5',
    startsAt,
    turns: [
      user('Which of your tasks could the model at home do? I would like to send less out of the house.'),
      tool('memory_usage', { groupBy: 'model', days: 30 }, { models: 2, costUsd: 1.84 }),
      jarvis(
        'The reports and everything with one tool: starting machines, looking at figures. I keep the larger model for ' +
          'diagnoses, where it finds causes that the smaller one misses.',
      ),
      user('Do it like that.'),
      jarvis('From now on `qwen3:8b` writes the morning report and answers short requests.'),
    ],
  };
}

function newNas(startsAt: number): Script {
  return {
    topic: 'nas-is-here',
    model: 'claude-sonnet-4-5',
    startsAt,
    turns: [
      user('The NAS is mounted on all nodes. Can you check that it is fast enough for backups?'),
      tool('measure_storage', { storage: 'nas-backup', gib: 8 }, { writeMBs: 214, readMBs: 388, lost: 0 }),
      jarvis(
        'It writes 214 MB/s and reads 388 MB/s, without a lost packet. A backup of photos would take three minutes longer ' +
          'than to its own disk. The job `nightly` of pve1, pve3 and pve4 goes there from tonight on; pve2 stays as it is.',
      ),
      user('👍'),
    ],
  };
}
