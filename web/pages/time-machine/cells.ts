import type { Cluster, GuestState } from '../../../src/cluster/cluster.js';

/** A guest as a cell. */
export interface Cell {
  readonly vmid: string;
  readonly name: string;
  readonly shape: 'running' | 'stopped' | 'moved';
  /** `304 books stopped`, for who hovers or listens. */
  readonly words: string;
  /** Whether it is another than in the state that it is compared with. */
  readonly isOther: boolean;
}

export interface NodeCells {
  readonly name: string;
  readonly isUp: boolean;
  readonly running: number;
  readonly cells: readonly Cell[];
}

/** From here on a storage is worth a word. */
const NEARLY_FULL_PERCENT = 80;
const MOST_NAMED = 4;

/** The nodes of a cluster with their guests. @param before what it is compared with: a guest that was elsewhere has moved. */
export function cellsOf(cluster: Cluster, before: Cluster | undefined): NodeCells[] {
  const known = new Map(before?.guests.map((guest) => [guest.vmid, guest]));
  const names = new Set([
    ...cluster.nodes.map(({ name }) => name),
    ...cluster.guests.map(({ node }) => node),
  ]);
  return [...names].sort().map((name) => {
    const guests = cluster.guests.filter(({ node, isTemplate }) => node === name && !isTemplate);
    return {
      name: name === '' ? 'no node' : name,
      isUp: cluster.nodes.find((node) => node.name === name)?.isUp !== false,
      running: guests.filter(({ status }) => status === 'running').length,
      cells: guests.map((guest) => cellOf(guest, before && (known.get(guest.vmid) ?? null))),
    };
  });
}

function cellOf(guest: GuestState, before: GuestState | null | undefined): Cell {
  const { vmid, name, node, status } = guest;
  const hasMoved = Boolean(before && before.node !== node && before.node !== '');
  const was = before === null ? ', new' : hasMoved ? `, moved from ${before?.node ?? ''}` : '';
  return {
    vmid,
    name,
    shape: hasMoved ? 'moved' : status === 'running' ? 'running' : 'stopped',
    words: `${`${vmid} ${name}`.trim()} ${status}${was}`,
    isOther: before === null || (before !== undefined && (hasMoved || before.status !== status)),
  };
}

/** What else is worth a word: storages that are nearly full, nodes that are down, backups that run. */
export function remarksOf({ nodes, storages, backups, isQuorate }: Cluster): string {
  const full = storages
    .flatMap(({ name, node, usedPercent = 0, isAvailable }) =>
      isAvailable ? [{ name: node === '' ? name : `${name} on ${node}`, usedPercent }] : [],
    )
    .sort((one, other) => other.usedPercent - one.usedPercent);
  const words = full
    .filter(({ usedPercent }, index) => index === 0 || usedPercent >= NEARLY_FULL_PERCENT)
    .slice(0, MOST_NAMED)
    .map(({ name, usedPercent }) => `${name} ${Math.floor(usedPercent)} %`);
  const away = storages.filter(({ isAvailable }) => !isAvailable).map(({ name }) => `${name} not available`);
  const down = nodes.filter(({ isUp }) => !isUp).map(({ name }) => `${name} down`);
  const saving = [...backups.running].map((vmid) => `backup of ${vmid} running`);
  const quorum = isQuorate === false ? ['no quorum'] : [];
  return [...quorum, ...listed(down), ...listed(away), ...words, ...listed(saving)].join(', ');
}

function listed(words: readonly string[]): string[] {
  const more = words.length - MOST_NAMED;
  return more > 0 ? [...words.slice(0, MOST_NAMED), `${more} more`] : [...words];
}
