import { Chance } from '../chance.js';
import { clusterStateAt } from '../cluster-state.js';
import { guestNamed } from '../cluster.js';
import { nodeAt } from '../moves.js';
import { chatTime, loadNamed, type Story } from '../story.js';
import { HOUR, iso, lastTime, MINUTE, round, SECOND, ticks } from '../time.js';
import type { DraftEvent } from './draft.js';

/** What a cluster does on any day: looks at itself, replicates, renews, updates. */
export function routineEvents(story: Story): DraftEvent[] {
  return [...heartbeats(story), ...replications(story), ...chores(story), ...consequences(story)];
}

function heartbeats(story: Story): DraftEvent[] {
  return ticks(story.start, story.end - MINUTE, 2 * HOUR).map((moment) => {
    const at = moment + 30 * SECOND;
    const { nodes, guests } = clusterStateAt(story, at);
    const stopped = guests.filter(({ status }) => status === 'stopped').map(({ name }) => name);
    return {
      at,
      type: 'status',
      source: 'monitor',
      summary: `${nodes.length} of 4 nodes online, ${guests.length - stopped.length} of ${guests.length} guests running`,
      details: { quorate: true, stopped },
    };
  });
}

/** To the node that does not have the guest. */
function replications({ seed, start, end, moves }: Story): DraftEvent[] {
  const chance = new Chance(seed, 'replication');
  return ticks(start, end - 10 * MINUTE, HOUR).map((moment) => {
    const seconds = chance.whole(4, 38);
    const megabytes = chance.whole(12, 340);
    const at = moment + 5 * MINUTE + seconds * SECOND;
    const node = nodeAt(moves, guestNamed('postgres'), at);
    const target = node === 'pve2' ? 'pve1' : 'pve2';
    return {
      at,
      type: 'status',
      source: 'system',
      node,
      summary: `Replication 202-0 of postgres to ${target} finished in ${seconds} s`,
      details: { job: '202-0', target, seconds, megabytes },
    };
  });
}

type Chore = Omit<DraftEvent, 'at' | 'resolved'> & {
  readonly clock: readonly [hour: number, minute: number];
};

const CHORES: readonly Chore[] = [
  {
    clock: [0, 24],
    type: 'status',
    source: 'system',
    node: 'pve3',
    summary: 'Scrub of pool tank finished: 0 errors',
    details: { pool: 'tank', repairedBytes: 0, errors: 0, hours: 5.4 },
  },
  {
    clock: [3, 41],
    type: 'action',
    source: 'jarvis',
    node: 'pve1',
    summary: 'Renewed the certificate of proxy',
    details: { tool: 'renew_certificate', guest: 103, validDays: 90 },
  },
  {
    clock: [6, 20],
    type: 'status',
    source: 'system',
    node: 'pve1',
    summary: '3 package updates are available on pve1',
    details: { packages: ['libssl3', 'openssh-server', 'tzdata'], security: 1 },
  },
  {
    clock: [6, 21],
    type: 'status',
    source: 'system',
    node: 'pve4',
    summary: '17 package updates are available on pve4',
    details: { packages: 17, security: 2, rebootNeeded: true },
  },
  {
    clock: [9, 12],
    type: 'action',
    source: 'user',
    summary: 'Logged in to the dashboard',
    details: { from: '192.168.20.14', browser: 'Firefox' },
  },
  {
    clock: [13, 30],
    type: 'action',
    source: 'jarvis',
    node: 'pve1',
    summary: 'Updated the block lists of dns: 412 names more',
    details: { tool: 'run_in_guest', guest: 102, lists: 6, added: 412 },
  },
  {
    clock: [16, 5],
    type: 'action',
    source: 'user',
    node: 'pve3',
    summary: 'Gave runner 8 cores instead of 6',
    details: { guest: 303, setting: 'cores', from: 6, to: 8 },
  },
  {
    clock: [22, 15],
    type: 'action',
    source: 'user',
    summary: 'Set the start page to overview',
    details: { preference: 'ui.start_page', value: 'overview' },
  },
];

function chores({ end }: Story): DraftEvent[] {
  return CHORES.map(({ clock: [hour, minute], ...chore }, index) => ({
    ...chore,
    at: lastTime(hour, minute, end) + ((index * 173) % 1000),
  }));
}

/** What the conversations of the day led to. */
function consequences(story: Story): DraftEvent[] {
  const { startsAt, lasts } = loadNamed(story, 'game');
  const guest = { tool: 'guest_power', guest: 403, name: 'valheim' };
  const shared = { type: 'action', source: 'jarvis', node: 'pve4' } as const;
  return [
    {
      at: chatTime(7, 0, story.end) + MINUTE,
      type: 'action',
      source: 'jarvis',
      summary: 'Sent the morning report',
      details: {
        tool: 'send_message',
        channel: 'matrix',
        sections: ['nodes', 'backups', 'alerts', 'updates'],
      },
    },
    { ...shared, at: startsAt, summary: 'Started valheim', details: { ...guest, to: 'running' } },
    {
      ...shared,
      at: startsAt + lasts,
      summary: 'Shut valheim down: nobody has played for 20 minutes',
      details: { ...guest, to: 'stopped', ranHours: round(lasts / HOUR, 1), startedAt: iso(startsAt) },
    },
  ];
}
