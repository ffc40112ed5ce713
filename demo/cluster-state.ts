import { wander } from './chance.js';
import type { BackupTask } from './backup-plan.js';
import { GIB, GUESTS, NODES, STORAGES, type ClusterNode, type Guest, type Storage } from './cluster.js';
import { nodeAt } from './moves.js';
import { milestonesOf, pve2DiskPercent } from './pve2-disk.js';
import { pve4DiskPercent } from './pve4-disk.js';
import { isOn, loadNamed, type Story } from './story.js';
import { DAY, HOUR, hourOf, iso, MINUTE, round } from './time.js';

export interface NodeState {
  readonly node: string;
  readonly status: 'online';
  readonly uptimeSeconds: number;
  readonly cores: number;
  /** Share of all cores, 0 to 1. */
  readonly cpu: number;
  readonly load1: number;
  readonly memory: { readonly usedBytes: number; readonly totalBytes: number };
  readonly temperatureCelsius: number;
  readonly powerWatts: number;
}

export interface GuestState {
  readonly vmid: number;
  readonly name: string;
  readonly kind: Guest['kind'];
  readonly node: string;
  readonly status: 'running' | 'stopped';
  readonly cores: number;
  readonly cpu: number;
  readonly memory: { readonly usedBytes: number; readonly totalBytes: number };
  readonly diskBytes: number;
}

export interface StorageState {
  readonly storage: string;
  readonly node: string | null;
  readonly kind: Storage['kind'];
  readonly usedBytes: number;
  readonly totalBytes: number;
  readonly usedPercent: number;
}

/** What one look at the cluster gives; the `snapshot` of the demo's snapshots. */
export interface ClusterState {
  readonly cluster: string;
  readonly takenAt: string;
  readonly quorate: boolean;
  readonly nodes: readonly NodeState[];
  readonly guests: readonly GuestState[];
  readonly storages: readonly StorageState[];
  readonly backup: { readonly running: readonly number[]; readonly failed: readonly number[] };
}

/** The state of the cluster at any moment of the story. */
export function clusterStateAt(story: Story, moment: number): ClusterState {
  const guests = GUESTS.map((guest) => guestState(story, guest, moment));
  const { retryDone, moved } = milestonesOf(story);
  const failed = story.backups.filter(({ ok, until }) => !ok && until <= moment && moment < retryDone);
  return {
    cluster: 'homelab',
    takenAt: iso(moment),
    quorate: true,
    nodes: NODES.map((node) => nodeState(story, node, moment, guests)),
    guests,
    storages: STORAGES.map((storage) => storageState(story, storage, moment, moment >= moved)),
    backup: {
      running: story.backups.filter((task) => isRunning(task, moment)).map(({ guest }) => guest.vmid),
      failed: failed.map(({ guest }) => guest.vmid),
    },
  };
}

function isRunning({ from, until }: BackupTask, moment: number): boolean {
  return from <= moment && moment < until;
}

function nodeState(
  story: Story,
  node: ClusterNode,
  moment: number,
  guests: readonly GuestState[],
): NodeState {
  const cpu = nodeCpu(story, node, moment);
  const own = guests.filter((guest) => guest.node === node.name);
  const used = own.reduce((sum, { memory }) => sum + memory.usedBytes, node.ownMemoryGiB * GIB);
  return {
    node: node.name,
    status: 'online',
    uptimeSeconds: Math.floor((node.uptimeDays * DAY + moment - story.start) / 1000),
    cores: node.cores,
    cpu: round(cpu, 3),
    load1: round(cpu * node.cores * 1.1, 2),
    memory: { usedBytes: Math.round(used), totalBytes: node.memoryGiB * GIB },
    temperatureCelsius: round(36 + 42 * cpu + wander(story.seed, `${node.name}/heat`, moment, HOUR), 1),
    powerWatts: round(node.restingWatts * (1 + 1.7 * cpu), 1),
  };
}

/** A quiet night, a busy evening, and what the story adds. */
export function nodeCpu(story: Story, node: ClusterNode, moment: number): number {
  const evening = (1 - Math.cos(((hourOf(moment) - 4) / 24) * 2 * Math.PI)) / 2;
  const resting = node.restingCpu * (0.7 + 0.9 * evening);
  const noise = 0.035 * wander(story.seed, `${node.name}/cpu`, moment, 20 * MINUTE);
  const work = story.loads
    .filter((load) => load.node === node.name && isOn(load, moment))
    .reduce((sum, { cpu }) => sum + cpu, 0);
  const saving = story.backups.some((task) => task.guest.node === node.name && isRunning(task, moment));
  return Math.min(0.98, Math.max(0.01, resting + noise + work + (saving ? 0.16 : 0)));
}

function guestState(story: Story, guest: Guest, moment: number): GuestState {
  const { vmid, name, kind, cores, memoryGiB, diskGiB } = guest;
  const running = isGuestRunning(story, guest, moment);
  const busy = story.loads.some((load) => load.guest === name && isOn(load, moment));
  const saving = story.backups.some((task) => task.guest === guest && isRunning(task, moment));
  const noise = wander(story.seed, `${name}/cpu`, moment, 15 * MINUTE);
  const cpu = running ? 0.06 + 0.04 * noise + (busy ? 0.7 : 0) + (saving ? 0.1 : 0) : 0;
  const filled = 0.66 + 0.12 * wander(story.seed, `${name}/memory`, moment, 2 * HOUR) + (busy ? 0.2 : 0);
  const usedBytes = running ? Math.round(filled * memoryGiB * GIB) : 0;
  return {
    vmid,
    name,
    kind,
    node: nodeAt(story.moves, guest, moment),
    status: running ? 'running' : 'stopped',
    cores,
    cpu: round(cpu, 3),
    memory: { usedBytes, totalBytes: memoryGiB * GIB },
    diskBytes: diskGiB * GIB,
  };
}

/** The game server runs only while somebody plays; the others run unless they have fallen over. */
function isGuestRunning(story: Story, guest: Guest, moment: number): boolean {
  if (guest.name === 'valheim') return isOn(loadNamed(story, 'game'), moment);
  return !story.outages.some(
    (outage) => outage.guest === guest && outage.from <= moment && moment < outage.until,
  );
}

const MOVED_PERCENT_OF_NAS = 0.66;

function storageState(story: Story, storage: Storage, moment: number, moved: boolean): StorageState {
  const { name, node, kind, sizeGiB } = storage;
  const percent = usedPercentOf(story, storage, moment, moved);
  return {
    storage: name,
    node: node ?? null,
    kind,
    usedBytes: Math.round((percent / 100) * sizeGiB * GIB),
    totalBytes: sizeGiB * GIB,
    usedPercent: round(percent, 1),
  };
}

function usedPercentOf(story: Story, storage: Storage, moment: number, moved: boolean): number {
  const { name, node, usedPercent } = storage;
  if (name === 'local' && node === 'pve2') return pve2DiskPercent(story, moment);
  const breath = 0.004 * wander(story.seed, `${name}/${node ?? 'shared'}`, moment, 3 * HOUR);
  if (name === 'local' && node === 'pve4') return pve4DiskPercent(story, moment) + breath;
  const received = name === 'nas-backup' && moved ? MOVED_PERCENT_OF_NAS : 0;
  const grown = (storage.percentADay ?? 0) * daysToTheEnd(story, moment);
  return usedPercent - grown + received + breath;
}

function daysToTheEnd({ end, calm }: Story, moment: number): number {
  return (end - moment) / DAY + (calm?.daysBefore ?? 0);
}
