import type { Cluster, GuestState, NodeState, StorageState } from './cluster.js';
import { NEARLY_FULL_PERCENT } from './compare-storages.js';

/** So many are named; of the others it is said how many they are. */
const MAX_NAMED = 12;

/** What a state says in a few lines, each with what it is about. */
export interface DigestLine {
  readonly about: 'nodes' | 'guests' | 'storage' | 'snapshot';
  readonly text: string;
}

export function digestOf(cluster: Cluster | undefined): DigestLine[] {
  if (!cluster)
    return [
      {
        about: 'snapshot',
        text: 'This snapshot holds nothing that is known as the state of a Proxmox cluster.',
      },
    ];
  const lines: DigestLine[] = [
    { about: 'nodes', text: nodesOf(cluster) },
    { about: 'guests', text: guestsOf(cluster) },
    { about: 'storage', text: storageOf(cluster) },
  ];
  return lines.filter(({ text }) => text !== '');
}

function nodesOf({ nodes, isQuorate }: Cluster): string {
  const quorum = isQuorate === false ? ' The cluster has no quorum.' : '';
  if (nodes.length === 0) return quorum.trim();
  const down = nodes.filter(({ isUp }) => !isUp).map(nameOf);
  const up = nodes.filter(({ isUp }) => isUp).map(nameOf);
  if (down.length === 0) return `all nodes up: ${named(up)}.${quorum}`;
  return `${up.length} of ${nodes.length} nodes up, DOWN: ${named(down)}.${quorum}`;
}

function nameOf({ name }: NodeState): string {
  return name;
}

/** A template never runs. */
function guestsOf({ guests: all }: Cluster): string {
  const guests = all.filter(({ isTemplate }) => !isTemplate);
  if (guests.length === 0) return '';
  const stopped = guests.filter(({ status }) => status !== 'running').map(guestName);
  const running = `${guests.length - stopped.length} of ${guests.length} guests running`;
  return stopped.length === 0 ? `${running}.` : `${running}; stopped: ${named(stopped)}.`;
}

function guestName({ vmid, name, node }: GuestState): string {
  return [vmid, name, node && `on ${node}`].filter((part) => part !== '').join(' ');
}

function storageOf({ storages }: Cluster): string {
  const measured = storages.flatMap(({ usedPercent, ...storage }) =>
    usedPercent === undefined ? [] : [{ ...storage, usedPercent }],
  );
  if (measured.length === 0) return '';
  const full = measured
    .filter(({ usedPercent }) => usedPercent >= NEARLY_FULL_PERCENT)
    .sort((one, other) => other.usedPercent - one.usedPercent)
    .map((storage) => `${storageName(storage)} ${Math.floor(storage.usedPercent)} %`);
  return full.length === 0
    ? `No storage of ${measured.length} is ${NEARLY_FULL_PERCENT} % full.`
    : `Storage nearly full: ${named(full)}.`;
}

function storageName({ node, name }: Pick<StorageState, 'node' | 'name'>): string {
  return node === '' ? name : `${node}/${name}`;
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
