/** What a snapshot of a cluster says of its parts, in whichever of the usual shapes. */
export interface ClusterState {
  readonly nodes: readonly NodeState[];
  readonly guests: readonly GuestState[];
  readonly storages: readonly StorageState[];
  /** Missing where the snapshot does not say it. */
  readonly isQuorate?: boolean;
}

export interface NodeState {
  readonly name: string;
  readonly isUp: boolean;
}

export interface GuestState {
  readonly vmid: string;
  readonly name: string;
  readonly node: string;
  readonly isRunning: boolean;
}

export interface StorageState {
  readonly name: string;
  readonly usedPercent: number;
}

type Resource = Readonly<Record<string, unknown>>;

/** Lists lie no deeper than this: `{ resources: { data: [...] } }`. */
const MAX_DEPTH = 3;
const MAX_RESOURCES = 50_000;

/**
 * Reads what the API of Proxmox answers for resources, nodes or status, alone or as members of an object; and lists of
 * nodes, guests and storages by other names of the same things. @returns `undefined` where it is nothing of the kind.
 */
export function readClusterState(document: unknown): ClusterState | undefined {
  const resources = [...resourcesOf(document, 0)].slice(0, MAX_RESOURCES);
  const isQuorate = [document, ...resources].map(quorumOf).find((quorum) => quorum !== undefined);
  const state = {
    nodes: unique(resources.flatMap(toNode), ({ name }) => name),
    guests: unique(resources.flatMap(toGuest), ({ vmid }) => vmid),
    storages: unique(resources.flatMap(toStorage), ({ name }) => name),
    ...(isQuorate === undefined ? {} : { isQuorate }),
  };
  return state.nodes.length + state.guests.length + state.storages.length === 0 ? undefined : state;
}

/** The members of all lists. */
function* resourcesOf(value: unknown, depth: number): Iterable<Resource> {
  if (Array.isArray(value)) {
    for (const one of value) if (isResource(one)) yield one;
  } else if (isResource(value) && depth < MAX_DEPTH) {
    for (const member of Object.values(value)) yield* resourcesOf(member, depth + 1);
  }
}

function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function quorumOf(value: unknown): boolean | undefined {
  if (!isResource(value) || !('quorate' in value)) return undefined;
  return Boolean(value['quorate']);
}

function toNode(resource: Resource): NodeState[] {
  const { type, status, online, vmid, storage } = resource;
  const name = textOf(resource['node']) ?? textOf(resource['name']);
  const isNode = type === 'node' || (type === undefined && vmid === undefined && storage === undefined);
  if (!isNode || name === undefined) return [];
  if (status === 'online' || status === 'offline' || status === 'unknown')
    return [{ name, isUp: status === 'online' }];
  return online === undefined ? [] : [{ name, isUp: Boolean(online) }];
}

/** A template never runs. */
function toGuest(resource: Resource): GuestState[] {
  const vmid = textOf(resource['vmid']);
  const status = textOf(resource['status']);
  if (vmid === undefined || status === undefined || resource['upid'] !== undefined) return [];
  if (resource['template']) return [];
  const name = textOf(resource['name']) ?? '';
  return [{ vmid, name, node: textOf(resource['node']) ?? '', isRunning: status === 'running' }];
}

/** A storage that nodes share is one. */
function toStorage(resource: Resource): StorageState[] {
  const storage = textOf(resource['storage']);
  if (storage === undefined || resource['vmid'] !== undefined) return [];
  const usedPercent = percentOf(resource);
  if (usedPercent === undefined) return [];
  const node = resource['shared'] ? undefined : textOf(resource['node']);
  return [{ name: node === undefined ? storage : `${node}/${storage}`, usedPercent }];
}

const USED = ['usedBytes', 'disk', 'used'];
const TOTAL = ['totalBytes', 'maxdisk', 'total'];

function percentOf(resource: Resource): number | undefined {
  const used = USED.map((field) => resource[field]).find((value) => typeof value === 'number');
  const total = TOTAL.map((field) => resource[field]).find((value) => typeof value === 'number');
  return used === undefined || total === undefined || total <= 0 ? undefined : (used / total) * 100;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function unique<Part>(parts: readonly Part[], keyOf: (part: Part) => string): Part[] {
  return [...new Map(parts.map((part) => [keyOf(part), part])).values()];
}
