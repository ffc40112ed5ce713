import { chatTime } from '../story.js';
import { jarvis, tool, user, type Scene } from './script.js';

export const worriedAboutDrive: Scene = ({ end }) => ({
  topic: 'drive-sdb',
  model: 'claude-sonnet-4-5',
  startsAt: chatTime(17, 40, end),
  turns: [
    user('What does "8 reallocated sectors" mean? Is my data in danger?'),
    tool(
      'smart_status',
      { node: 'pve3', device: 'sdb' },
      { passed: true, hours: 31742, attributes: { reallocated: 8, pending: 0, uncorrectable: 0 } },
    ),
    tool(
      'zfs_status',
      { node: 'pve3', pool: 'tank' },
      { state: 'ONLINE', layout: 'mirror', errors: 0, lastScrub: 'clean' },
    ),
    jarvis(
      'Not today. The drive found 8 spots that it could no longer trust and uses spare ones instead; nothing was lost. ' +
        '`tank` is a mirror and its last scrub was clean, so even the death of the drive would cost you nothing. But after ' +
        '31 742 hours such counts tend to grow: order a replacement of 8 TB or more now and change it without haste.',
    ),
    user('OK, ordered. Remind me how to swap it when it is here.'),
    jarvis(
      'I remember this conversation, so just ask. In short: `zpool offline tank sdb`, change the drive, `zpool replace tank ' +
        'sdb`, and let it resilver for about nine hours. Nothing has to be stopped.',
    ),
  ],
});

export const planUpdates: Scene = ({ end }) => ({
  topic: 'updates-pve4',
  model: 'claude-sonnet-4-5',
  startsAt: chatTime(18, 10, end),
  turns: [
    user('How do I install the updates of pve4 without anybody noticing?'),
    tool('pending_updates', { node: 'pve4' }, { packages: 17, security: 2, rebootNeeded: true }),
    tool('guests_of', { node: 'pve4' }, { guests: ['metrics', 'jarvis', 'valheim'] }),
    jarvis(
      'pve4 carries metrics, jarvis (that is me) and valheim, and has to be restarted once. My plan: on Sunday at 05:00, ' +
        'move metrics to pve1, install, restart (about three minutes, in which I am away), move it back. Nobody plays then.',
    ),
    user('Will you remember the plan when you have been restarted?'),
    jarvis(
      'Yes. It is in this conversation, and my memory is on disk before I answer you. Shall I do it on Sunday?',
    ),
    user('Not yet, I want to be at home for that.'),
    jarvis('Then the alert stays open, and I ask again in a week.'),
  ],
});

export const powerBill: Scene = ({ end }) => ({
  topic: 'power',
  model: 'qwen3:8b',
  startsAt: chatTime(21, 15, end),
  turns: [
    user('What does the cluster cost me in electricity?'),
    tool(
      'memory_events',
      { type: 'metric', match: 'Cluster:', days: 7 },
      { samples: 168, averageWatts: 168 },
    ),
    jarvis(
      'It draws 168 W on average, that is 4.0 kWh a day and 123 kWh a month. At 0.30 a kWh: 37 a month. pve3 alone takes ' +
        'two fifths of that.',
    ),
    user('and if pve4 slept at night?'),
    jarvis(
      'pve4 draws about 24 W at night. Seven hours a day save 5 kWh, or 1.50, a month; I would let it run.',
    ),
  ],
});

export const stuckBuild: Scene = ({ end }) => ({
  topic: 'build-is-stuck',
  model: 'claude-sonnet-4-5',
  startsAt: chatTime(11, 32, end),
  turns: [
    user('My build has been "waiting for a runner" for ten minutes.'),
    tool('guest_status', { name: 'runner' }, { vmid: 303, node: 'pve3', status: 'running', cpu: 0.93 }),
    tool(
      'run_in_guest',
      { vmid: 303, command: 'runner list' },
      { jobs: [{ id: 1187, minutes: 17, step: 'compile' }] },
    ),
    jarvis(
      'The runner takes one job at a time, and job 1187 has been compiling for 17 minutes. Yours is next in line.',
    ),
    user('Can it take two?'),
    tool('run_in_guest', { vmid: 303, command: 'runner set capacity 2' }, { exitCode: 0 }),
    jarvis('It takes two now. With 16 GiB that is safe; your build has just started.'),
  ],
});
