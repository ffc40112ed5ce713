/** One thing of a cluster, as `GET /cluster/resources` of Proxmox lists it. */
export type Resource = Record<string, string | number>;

/** What one look at the cluster gives. */
export interface ClusterMinute {
  cluster: { name: string; quorate: number; nodes: number };
  resources: Resource[];
}

export interface ClusterSize {
  nodes: number;
  guests: number;
  /** How many of the guests run; the others lie still. Default: all. */
  running?: number;
  seed?: number;
}

/** The cluster that the issues of the memory speak of. */
export const HOME: ClusterSize = { nodes: 4, guests: 31 };

const GIB = 2 ** 30;
const MINUTE_MS = 60_000;
export const FIRST_MINUTE = Date.UTC(2026, 9, 1);

export function timeOfMinute(minute: number): string {
  return new Date(FIRST_MINUTE + minute * MINUTE_MS).toISOString();
}

/**
 * The state of a cluster in any minute: loads jitter, counters grow, and nothing else happens. The same minute is always the
 * same. Lists are in another order now and then, as those of Proxmox are.
 */
export function clusterMinute(minute: number, size: ClusterSize = HOME): ClusterMinute {
  const { nodes, guests, running = guests, seed = 1 } = size;
  const resources = [
    ...range(guests).map((index) => guestAt(minute, index, nodes, index < running, seed)),
    ...range(nodes).map((index) => nodeAt(minute, index, seed)),
    ...range(nodes).flatMap((index) => storagesAt(minute, index, seed)),
  ];
  const turn = Math.floor(minute / 360) % resources.length;
  return {
    cluster: { name: 'home', quorate: 1, nodes },
    resources: [...resources.slice(turn), ...resources.slice(0, turn)],
  };
}

function guestAt(minute: number, index: number, nodes: number, isRunning: boolean, seed: number): Resource {
  const vmid = 100 + index;
  const type = index % 3 === 0 ? 'qemu' : 'lxc';
  const chance = chanceOf(seed * 1_000_003 + minute * 1009 + index);
  const maxmem = (2 + (index % 4) * 2) * GIB;
  const live = (value: number): number => (isRunning ? value : 0);
  const grown = (rate: number): number => live(Math.floor(rate * (index + 1) * (minute + 1000 + chance())));
  return {
    id: `${type}/${vmid}`,
    type,
    vmid,
    name: `${NAMES[index % NAMES.length] ?? 'guest'}${index >= NAMES.length ? index : ''}`,
    node: `pve${(index % nodes) + 1}`,
    status: isRunning ? 'running' : 'stopped',
    template: 0,
    cpu: live(fraction(0.01 + 0.02 * chance())),
    maxcpu: 2 + (index % 3),
    mem: live(Math.floor(maxmem * (0.5 + 0.1 * chance()))),
    maxmem,
    disk: type === 'lxc' ? live(Math.floor(9_109_372_928 + minute * 4096 * (1 + (index % 3)))) : 0,
    maxdisk: (32 + index) * GIB,
    netin: grown(19_000),
    netout: grown(11_000),
    diskread: grown(64_000),
    diskwrite: grown(250_000),
    uptime: live(874_350 + minute * 60),
  };
}

function nodeAt(minute: number, index: number, seed: number): Resource {
  const chance = chanceOf(seed * 7_000_003 + minute * 2003 + index);
  const maxmem = 67_000_000_000;
  return {
    id: `node/pve${index + 1}`,
    type: 'node',
    node: `pve${index + 1}`,
    status: 'online',
    level: '',
    'cgroup-mode': 2,
    cpu: fraction(0.05 + 0.1 * chance()),
    maxcpu: 8,
    mem: Math.floor(maxmem * (0.4 + 0.1 * chance())),
    maxmem,
    disk: 10_486_546_432 + minute * 8192,
    maxdisk: 951_055_941_632,
    uptime: 2_236_708 + minute * 60,
  };
}

function storagesAt(minute: number, index: number, seed: number): Resource[] {
  const node = `pve${index + 1}`;
  const chance = chanceOf(seed * 9_000_011 + minute * 3001 + index);
  const used = (share: number, maxdisk: number): number =>
    Math.floor(maxdisk * share + chance() * 100_000_000);
  const storage = (
    name: string,
    plugintype: string,
    shared: number,
    share: number,
    maxdisk: number,
  ): Resource => ({
    id: `storage/${node}/${name}`,
    type: 'storage',
    storage: name,
    node,
    status: 'available',
    plugintype,
    shared,
    content: 'images,rootdir',
    disk: used(share, maxdisk),
    maxdisk,
  });
  return [
    storage('local', 'dir', 0, 0.31, 951_055_941_632),
    storage('local-zfs', 'zfspool', 0, 0.55, 1_962_664_386_560),
    storage('nas', 'nfs', 1, 0.42, 11_000 * GIB),
  ];
}

/** As Proxmox writes it: up to 15 digits. */
function fraction(value: number): number {
  return Number(value.toPrecision(15));
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** The generator mulberry32. */
function chanceOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = (
  'dns proxy web git mail photos media books metrics logs postgres redis backup vpn nextcloud paperless grafana runner ' +
  'unifi mqtt zigbee frigate jellyfin wiki chat valheim'
).split(' ');
