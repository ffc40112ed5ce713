export const GIB = 2 ** 30;

export interface ClusterNode {
  readonly name: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** What the node needs for itself; on pve3 most of it is the cache of its ZFS pool. */
  readonly ownMemoryGiB: number;
  /** Share of all cores that is in use in a quiet hour. */
  readonly restingCpu: number;
  /** What it draws when nothing happens. */
  readonly restingWatts: number;
  /** How long it had been running when the day began. */
  readonly uptimeDays: number;
}

export interface Guest {
  readonly vmid: number;
  readonly name: string;
  readonly kind: 'qemu' | 'lxc';
  readonly node: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly diskGiB: number;
  /** Size of its backup. */
  readonly dumpGiB: number;
}

export interface Storage {
  readonly name: string;
  /** The one node that has it; none where all share it. */
  readonly node?: string;
  readonly kind: 'dir' | 'lvmthin' | 'zfspool' | 'nfs';
  readonly sizeGiB: number;
  /** When the day ends. */
  readonly usedPercent: number;
  readonly percentADay?: number;
}

/** The nodes of the cluster. */
export const NODES: readonly ClusterNode[] = [
  {
    name: 'pve1',
    cores: 8,
    memoryGiB: 32,
    ownMemoryGiB: 6,
    restingCpu: 0.09,
    restingWatts: 21,
    uptimeDays: 41,
  },
  {
    name: 'pve2',
    cores: 12,
    memoryGiB: 64,
    ownMemoryGiB: 9,
    restingCpu: 0.14,
    restingWatts: 34,
    uptimeDays: 41,
  },
  {
    name: 'pve3',
    cores: 16,
    memoryGiB: 64,
    ownMemoryGiB: 24,
    restingCpu: 0.16,
    restingWatts: 48,
    uptimeDays: 12,
  },
  {
    name: 'pve4',
    cores: 8,
    memoryGiB: 32,
    ownMemoryGiB: 5,
    restingCpu: 0.08,
    restingWatts: 19,
    uptimeDays: 96,
  },
];

type GuestRow = readonly [
  vmid: number,
  name: string,
  kind: Guest['kind'],
  cores: number,
  memoryGiB: number,
  diskGiB: number,
  dumpGiB: number,
];

const ROWS: readonly GuestRow[] = [
  [101, 'homeassistant', 'qemu', 2, 4, 32, 7],
  [102, 'dns', 'lxc', 1, 1, 8, 1],
  [103, 'proxy', 'lxc', 1, 1, 8, 1],
  [201, 'paperless', 'lxc', 2, 4, 40, 3],
  [202, 'postgres', 'lxc', 2, 4, 32, 4],
  [203, 'nextcloud', 'qemu', 4, 12, 120, 27],
  [204, 'photos', 'qemu', 6, 16, 260, 38],
  [301, 'media', 'qemu', 6, 12, 64, 11],
  [302, 'git', 'lxc', 2, 2, 48, 6],
  [303, 'runner', 'qemu', 8, 16, 80, 14],
  [304, 'books', 'lxc', 1, 1, 16, 2],
  [401, 'metrics', 'lxc', 2, 4, 60, 9],
  [402, 'jarvis', 'lxc', 2, 4, 24, 4],
  [403, 'valheim', 'qemu', 4, 8, 32, 5],
];

/** The guests, each on the node that the first digit of its number names. */
export const GUESTS: readonly Guest[] = ROWS.map(
  ([vmid, name, kind, cores, memoryGiB, diskGiB, dumpGiB]) => ({
    vmid,
    name,
    kind,
    node: `pve${Math.floor(vmid / 100)}`,
    cores,
    memoryGiB,
    diskGiB,
    dumpGiB,
  }),
);

/** Where the guests' disks and backups lie. `local` of pve2 is the one that fills up. */
export const STORAGES: readonly Storage[] = [
  { name: 'local', node: 'pve1', kind: 'dir', sizeGiB: 94, usedPercent: 31.5 },
  { name: 'local', node: 'pve2', kind: 'dir', sizeGiB: 460, usedPercent: 61 },
  { name: 'local', node: 'pve3', kind: 'dir', sizeGiB: 94, usedPercent: 44.2 },
  { name: 'local', node: 'pve4', kind: 'dir', sizeGiB: 94, usedPercent: 27.8 },
  { name: 'local-lvm', node: 'pve1', kind: 'lvmthin', sizeGiB: 348, usedPercent: 22.4 },
  { name: 'tank', node: 'pve3', kind: 'zfspool', sizeGiB: 7200, usedPercent: 68.9, percentADay: 0.25 },
  { name: 'local-lvm', node: 'pve4', kind: 'lvmthin', sizeGiB: 348, usedPercent: 36.1 },
  { name: 'nas-backup', kind: 'nfs', sizeGiB: 11_000, usedPercent: 52.3, percentADay: 0.14 },
];

/** Size of `local` on pve2. */
export const PVE2_LOCAL_GIB = 460;

export function guestNamed(name: string): Guest {
  const guest = GUESTS.find((one) => one.name === name);
  if (!guest) throw new Error(`The cluster has no guest ${name}.`);
  return guest;
}
