import type { BackupState, Cluster, GuestState, NodeState, StorageState, TaskState } from './cluster.js';
import { parseLossless } from '../json-patch/index.js';
import { isResource, numberOf, objectsOf, resourcesOf, textOf, type Resource } from './resources.js';
import { isTooLarge } from './too-large.js';

/**
 * Reads what the API of Proxmox answers for resources, nodes, status or tasks, alone or as members of an object; and lists
 * of nodes, guests and storages by other names of the same things. Of parts that are listed twice the last one counts.
 * @returns `undefined` where it is nothing of the kind.
 */
export function readCluster(document: unknown): Cluster | undefined {
  const resources = resourcesOf(document);
  const isQuorate = [...objectsOf(document), ...resources]
    .map(quorumOf)
    .find((quorum) => quorum !== undefined);
  const tasks = unique(resources.flatMap(toTask), ({ upid }) => upid);
  const cluster = {
    nodes: unique(resources.flatMap(toNode), ({ name }) => name),
    guests: unique(resources.flatMap(toGuest), ({ vmid }) => vmid),
    storages: merged(resources.flatMap(toStorage)),
    pools: [...new Set(resources.flatMap(toPool))],
    tasks,
    backups: backupsOf(document, resources, tasks),
    ...(isQuorate === undefined ? {} : { isQuorate }),
  };
  return cluster.nodes.length + cluster.guests.length + cluster.storages.length === 0 ? undefined : cluster;
}

/** The cluster in the text of a snapshot; `undefined` where it has none, is no JSON or too large. */
export function clusterOf(text: string): Cluster | undefined {
  return isTooLarge(text) ? undefined : readCluster(parseLossless(text));
}

function quorumOf(value: Resource): boolean | undefined {
  return 'quorate' in value ? Boolean(value['quorate']) : undefined;
}

function toNode(resource: Resource): NodeState[] {
  const { type, status, online, vmid, storage } = resource;
  const name = textOf(resource['node']) ?? textOf(resource['name']);
  const isNode = type === 'node' || (type === undefined && vmid === undefined && storage === undefined);
  if (!isNode || name === undefined) return [];
  if (status === 'online' || status === 'offline' || status === 'unknown')
    return [{ name, isUp: status === 'online', ...loadOf(resource) }];
  return online === undefined ? [] : [{ name, isUp: Boolean(online), ...loadOf(resource) }];
}

function loadOf(resource: Resource): Pick<NodeState, 'cpuShare' | 'memoryShare'> {
  const used = numberOf(resource, ['mem', 'memory.used', 'memory.usedBytes']);
  const total = numberOf(resource, ['maxmem', 'memory.total', 'memory.totalBytes']);
  return {
    cpuShare: numberOf(resource, ['cpu']),
    memoryShare: used === undefined || !total ? undefined : used / total,
  };
}

const GUEST_TYPE = /^(?:qemu|lxc|openvz)$/;

function toGuest(resource: Resource): GuestState[] {
  const vmid = textOf(resource['vmid']);
  const status = textOf(resource['status']);
  if (vmid === undefined || status === undefined || resource['upid'] !== undefined) return [];
  const type = [resource['type'], resource['kind']].find(
    (value) => typeof value === 'string' && GUEST_TYPE.test(value),
  );
  return [
    {
      id: textOf(type) === undefined ? vmid : `${textOf(type) ?? ''}/${vmid}`,
      vmid,
      name: textOf(resource['name']) ?? '',
      node: textOf(resource['node']) ?? '',
      status,
      isTemplate: Boolean(resource['template']),
      pool: textOf(resource['pool']) ?? '',
      size: {
        cores: numberOf(resource, ['maxcpu', 'cpus', 'cores']),
        memoryBytes: numberOf(resource, ['maxmem', 'memory.totalBytes']),
        // The disk of a container is as large as its file system is at the moment.
        diskBytes: type === 'qemu' ? numberOf(resource, ['maxdisk', 'diskBytes']) : undefined,
      },
    },
  ];
}

const USED = ['usedBytes', 'disk', 'used'];
const TOTAL = ['totalBytes', 'maxdisk', 'total'];

/** A storage that nodes share is one. Without a node that has it alone it is taken for one, too. */
function toStorage(resource: Resource): StorageState[] {
  const name = textOf(resource['storage']);
  if (name === undefined || resource['vmid'] !== undefined) return [];
  const node = resource['shared'] ? '' : (textOf(resource['node']) ?? '');
  const [used, total] = [numberOf(resource, USED), numberOf(resource, TOTAL)];
  const isKnown = used !== undefined && total !== undefined && total > 0;
  const status = resource['status'];
  if (!isKnown && status === undefined) return [];
  return [
    {
      id: ['storage', node, name].filter((part) => part !== '').join('/'),
      name,
      node,
      isAvailable: status === undefined || status === 'available',
      usedPercent: isKnown ? (used / total) * 100 : undefined,
      totalBytes: isKnown ? total : undefined,
    },
  ];
}

/** A shared storage is listed by each node, also by those that do not reach it. */
function merged(storages: readonly StorageState[]): StorageState[] {
  const byId = new Map<string, StorageState>();
  for (const storage of storages) {
    const known = byId.get(storage.id);
    byId.set(storage.id, {
      ...storage,
      isAvailable: storage.isAvailable || known?.isAvailable === true,
      usedPercent: storage.usedPercent ?? known?.usedPercent,
      totalBytes: storage.totalBytes ?? known?.totalBytes,
    });
  }
  return [...byId.values()];
}

function toPool({ type, pool }: Resource): string[] {
  const name = textOf(pool);
  return type === 'pool' && name !== undefined ? [name] : [];
}

/** A task that has ended has a time of its end, and warnings are no failure. */
function toTask(resource: Resource): TaskState[] {
  const upid = textOf(resource['upid']);
  if (upid === undefined) return [];
  const status = textOf(resource['status']) ?? '';
  const isRunning = resource['endtime'] === undefined && (status === '' || status === 'running');
  const isGood = /^(?:OK|WARNINGS:|stopped$)/.test(status) || status === '';
  return [
    {
      upid,
      type: textOf(resource['type']) ?? '',
      node: textOf(resource['node']) ?? '',
      vmid: textOf(resource['id']) ?? '',
      outcome: isRunning ? 'running' : isGood ? 'done' : 'failed',
      status,
    },
  ];
}

/** A backup is told by the lock of its guest, by its task, or by a list of numbers. */
function backupsOf(
  document: unknown,
  resources: readonly Resource[],
  tasks: readonly TaskState[],
): BackupState {
  const locked = resources.flatMap(({ vmid, lock }) => (lock === 'backup' ? [textOf(vmid) ?? ''] : []));
  const saved = tasks.filter(({ type, outcome }) => type === 'vzdump' && outcome === 'running');
  const listed = isResource(document) && isResource(document['backup']) ? document['backup'] : {};
  return {
    running: without(['', ...locked, ...saved.map(({ vmid }) => vmid), ...numbersOf(listed['running'])]),
    failed: without(numbersOf(listed['failed'])),
  };
}

function numbersOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map((one) => textOf(one) ?? '') : [];
}

function without(vmids: readonly string[]): ReadonlySet<string> {
  return new Set(vmids.filter((vmid) => vmid !== ''));
}

function unique<Part>(parts: readonly Part[], keyOf: (part: Part) => string): Part[] {
  return [...new Map(parts.map((part) => [keyOf(part), part])).values()];
}
