import { clusterMinute, HOME, type ClusterMinute, type Resource } from '../../bench/data/cluster-minutes.js';

/** Something that happens to the cluster, and what is said of it. */
export interface Incident {
  readonly name: string;
  /** The first minute of it. */
  readonly from: number;
  /** The first minute after it; without, it lasts. */
  readonly until?: number;
  /** Changes a state in which it goes on; `minute` counts from its beginning. */
  readonly change: (state: ClusterMinute, minute: number) => void;
  /** The lines when it begins and when it ends, by the kind and subject of each. */
  readonly begins: readonly string[];
  readonly ends?: readonly string[];
}

const DAY = 1440;

function find(state: ClusterMinute, id: string): Resource {
  const found = state.resources.find((one) => one['id'] === id);
  if (!found) throw new Error(`There is no ${id}.`);
  return found;
}

function set(id: string, values: Resource): (state: ClusterMinute) => void {
  return (state) => {
    Object.assign(find(state, id), values);
  };
}

function remove(state: ClusterMinute, id: string): void {
  state.resources = state.resources.filter((one) => one['id'] !== id);
}

const STOPPED: Resource = { status: 'stopped', cpu: 0, mem: 0, uptime: 0, netin: 0, netout: 0 };

/** A node that does not answer, with all that is on it. */
function leave(state: ClusterMinute, node: string): void {
  const about = state.resources.filter((one) => one['node'] === node);
  for (const one of about) {
    if (one['type'] === 'node') Object.assign(one, { status: 'offline', cpu: 0, mem: 0, uptime: 0 });
    else {
      one['status'] = 'unknown';
      for (const name of ['cpu', 'mem', 'maxmem', 'maxcpu', 'disk', 'maxdisk', 'uptime'])
        if (name in one) one[name] = 0;
    }
  }
}

/** The minutes in which nobody takes snapshots. */
export const PAUSE = { from: 25 * DAY + 130, until: 25 * DAY + 250 };

/** Twelve incidents of a month, days apart: eleven of the cluster, and the pause of the snapshots. */
export const INCIDENTS: readonly Incident[] = [
  {
    name: 'a guest stops',
    from: DAY + 600,
    until: DAY + 660,
    change: set('lxc/104', STOPPED),
    begins: ['guest.stopped lxc/104'],
    ends: ['guest.started lxc/104'],
  },
  {
    name: 'a node leaves and returns',
    from: 3 * DAY,
    until: 3 * DAY + 45,
    change: (state: ClusterMinute): void => {
      leave(state, 'pve2');
    },
    begins: ['node.left node/pve2'],
    ends: ['node.returned node/pve2'],
  },
  {
    name: 'a disk fills',
    from: 5 * DAY,
    until: 5 * DAY + 300,
    change: (state: ClusterMinute, minute: number): void => {
      const local = find(state, 'storage/pve1/local');
      local['disk'] = Math.floor(Number(local['maxdisk']) * (minute < 200 ? 0.85 : 0.93));
    },
    begins: ['storage.crossed storage/pve1/local'],
    ends: ['storage.relieved storage/pve1/local'],
  },
  {
    name: 'a guest moves',
    from: 7 * DAY,
    change: set('lxc/101', { node: 'pve3' }),
    begins: ['guest.moved lxc/101'],
  },
  {
    name: 'a guest is renamed',
    from: 9 * DAY,
    change: set('lxc/107', { name: 'library' }),
    begins: ['guest.renamed lxc/107'],
  },
  {
    name: 'a guest is new',
    from: 11 * DAY,
    change: (state: ClusterMinute): void => {
      state.resources.splice(5, 0, {
        ...find(state, 'lxc/110'),
        id: 'lxc/240',
        vmid: 240,
        name: 'new',
        cpu: 0.02,
      });
    },
    begins: ['guest.added lxc/240'],
  },
  {
    name: 'a guest is deleted',
    from: 13 * DAY,
    change: (state: ClusterMinute): void => {
      remove(state, 'qemu/112');
    },
    begins: ['guest.removed qemu/112'],
  },
  {
    name: 'quorum is lost',
    from: 15 * DAY,
    until: 15 * DAY + 10,
    change: (state: ClusterMinute): void => {
      state.cluster.quorate = 0;
    },
    begins: ['quorum.lost cluster'],
    ends: ['quorum.regained cluster'],
  },
  {
    name: 'a backup runs',
    from: 17 * DAY + 120,
    until: 17 * DAY + 150,
    change: set('qemu/115', { lock: 'backup' }),
    begins: ['backup.began qemu/115'],
    ends: ['backup.ended qemu/115'],
  },
  {
    name: 'a guest becomes a template',
    from: 19 * DAY,
    change: set('qemu/130', { ...STOPPED, template: 1 }),
    begins: ['guest.template qemu/130', 'guest.stopped qemu/130'],
  },
  {
    name: 'a guest joins a pool',
    from: 21 * DAY,
    change: set('lxc/119', { pool: 'production' }),
    begins: ['guest.pool lxc/119'],
  },
];

export const MONTH_MINUTES = 30 * DAY;

/** The cluster in a minute of the month; `undefined` while snapshots pause. */
export function monthMinute(minute: number): ClusterMinute | undefined {
  if (minute >= PAUSE.from && minute < PAUSE.until) return undefined;
  const state = clusterMinute(minute, HOME);
  for (const { from, until = Infinity, change } of INCIDENTS)
    if (minute >= from && minute < until) change(state, minute - from);
  return state;
}
