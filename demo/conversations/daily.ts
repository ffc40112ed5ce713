import { milestonesOf } from '../pve2-disk.js';
import { chatTime, loadNamed } from '../story.js';
import { clockOf, MINUTE } from '../time.js';
import { jarvis, system, tool, user, type Scene } from './script.js';

/** Every morning, without being asked. What it says of the night depends on whether the night is over yet. */
export const morningReport: Scene = (story) => {
  const startsAt = chatTime(7, 0, story.end);
  const { full, retryDone } = milestonesOf(story);
  const backups =
    startsAt > retryDone
      ? `one backup (204, photos) failed at ${clockOf(full)} for want of space; I made room and repeated it, it is good`
      : 'all backups of the last night are good';
  return {
    topic: 'morning-report',
    model: 'qwen3:8b',
    startsAt,
    turns: [
      system('Write the morning report: nodes, backups, open alerts, updates. Five sentences at most.'),
      tool('cluster_state', {}, { quorate: true, nodesOnline: 4, nodes: 4 }),
      tool(
        'memory_events',
        { resolved: false, minSeverity: 'warning', hours: 24 },
        { count: 3, nodes: ['pve3', 'pve4'] },
      ),
      jarvis(
        `Good morning. All four nodes are online and the cluster is quorate; ${backups}. Drive sdb of pve3 has 8 ` +
          'reallocated sectors: order a replacement, there is no hurry. pve4 waits for a restart after two security updates.',
      ),
    ],
  };
};

export const gameServer: Scene = (story) => ({
  topic: 'game-server',
  model: 'qwen3:8b',
  startsAt: loadNamed(story, 'game').startsAt - 2 * MINUTE,
  turns: [
    user('start valheim please, the others are already waiting'),
    tool(
      'guest_status',
      { name: 'valheim' },
      { vmid: 403, node: 'pve4', status: 'stopped', freeMemoryGiB: 19 },
    ),
    tool('guest_power', { vmid: 403, to: 'running' }, { task: 'qmstart', ok: true }),
    jarvis(
      'valheim is starting on pve4; give it two minutes. I shut it down when nobody has played for 20 minutes.',
    ),
    user('👍'),
  ],
});

export const transcoding: Scene = ({ end }) => ({
  topic: 'pve3-is-loud',
  model: 'claude-sonnet-4-5',
  startsAt: chatTime(20, 20, end),
  turns: [
    user('pve3 is so loud tonight. Is something wrong with it?'),
    tool('node_status', { node: 'pve3' }, { cpu: 0.87, temperatureCelsius: 71, fansPercent: 70 }),
    tool(
      'top_processes',
      { node: 'pve3', limit: 3 },
      { processes: [{ guest: 'media', name: 'ffmpeg', cpu: 0.68 }] },
    ),
    jarvis(
      'Nothing is wrong: media transcodes a film with all its cores (68 % of pve3), so the fans run at 70 %. The film is ' +
        'HEVC with 10 bits, which the television does not play by itself. It is quiet again when the film ends.',
    ),
    user('Could the graphics chip do that?'),
    jarvis(
      'Yes. The integrated graphics of pve3 decodes and encodes HEVC with 10 bits. It has to be passed to the machine ' +
        '(`hostpci0`) and switched on in media under Playback; the machine must be stopped for a minute. Tell me when.',
    ),
  ],
});

export const slowNames: Scene = ({ end }) => ({
  topic: 'slow-internet',
  model: 'qwen3:8b',
  startsAt: chatTime(12, 35, end),
  turns: [
    user('Pages take seconds to open since noon 🐌'),
    tool('measure_dns', { server: 'dns', names: 20 }, { medianMs: 412, failed: 0 }),
    tool('measure_link', { seconds: 5 }, { downMbit: 238, upMbit: 41, lossPercent: 0 }),
    jarvis(
      'Your line is fine (238 Mbit/s, no loss); the names are slow: 412 ms each. The cache of dns is full.',
    ),
    tool('run_in_guest', { vmid: 102, command: 'flush-cache' }, { exitCode: 0 }),
    tool('measure_dns', { server: 'dns', names: 20 }, { medianMs: 6, failed: 0 }),
    jarvis('I have emptied the cache: 6 ms now. I keep an eye on it and raise the size if it happens again.'),
    user('Better. Thank you!'),
  ],
});
