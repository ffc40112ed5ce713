import type { ThreadReader } from '../../database/programs.js';
import type { Draft, DraftSection } from './context.types.js';
import { readClusterState, type ClusterState } from './proxmox-state.js';
import { minuteOf } from './quote.js';
import { readRows, type SnapshotRow } from './rows.js';

/** The largest snapshot that the API takes. */
const MAX_SNAPSHOT_CHARACTERS = 16 * 1_048_576;
const NEARLY_FULL_PERCENT = 80;
/** So many are named; of the others it is said how many they are. */
const MAX_NAMED = 12;

/** What the latest snapshot says, in a few lines. */
export async function draftCluster(reader: ThreadReader): Promise<DraftSection> {
  const newest = 'ORDER BY "timestamp" DESC, id DESC LIMIT 1';
  const [snapshot] = await readRows(reader, 'snapshot', newest, [], MAX_SNAPSHOT_CHARACTERS);
  return {
    name: 'cluster',
    drafts: snapshot ? digest(snapshot) : [],
    note: 'No snapshot of the cluster is stored.',
  };
}

export function digest({ id, timestamp, snapshot }: SnapshotRow): Draft[] {
  const state = readClusterState(parsed(snapshot));
  const lines: Record<string, string> = state
    ? { nodes: nodesOf(state), guests: guestsOf(state), storage: storageOf(state) }
    : { snapshot: 'This snapshot holds nothing that is known as the state of a Proxmox cluster.' };
  return Object.entries(lines)
    .filter(([, line]) => line !== '')
    .map(([about, line], index) => ({
      kind: 'snapshot',
      id,
      timestamp,
      why: `the latest snapshot: ${about}`,
      topic: about,
      text: index === 0 ? `${minuteOf(timestamp)}: ${line}` : line,
    }));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function nodesOf({ nodes, isQuorate }: ClusterState): string {
  const quorum = isQuorate === false ? ' The cluster has no quorum.' : '';
  if (nodes.length === 0) return quorum.trim();
  const down = nodes.filter(({ isUp }) => !isUp).map(({ name }) => name);
  const up = nodes.filter(({ isUp }) => isUp).map(({ name }) => name);
  if (down.length === 0) return `all nodes up: ${named(up)}.${quorum}`;
  return `${up.length} of ${nodes.length} nodes up, DOWN: ${named(down)}.${quorum}`;
}

function guestsOf({ guests }: ClusterState): string {
  if (guests.length === 0) return '';
  const stopped = guests
    .filter(({ isRunning }) => !isRunning)
    .map(({ vmid, name, node }) =>
      [vmid, name, node && `on ${node}`].filter((part) => part !== '').join(' '),
    );
  const running = `${guests.length - stopped.length} of ${guests.length} guests running`;
  return stopped.length === 0 ? `${running}.` : `${running}; stopped: ${named(stopped)}.`;
}

function storageOf({ storages }: ClusterState): string {
  if (storages.length === 0) return '';
  const full = storages
    .filter(({ usedPercent }) => usedPercent >= NEARLY_FULL_PERCENT)
    .sort((one, other) => other.usedPercent - one.usedPercent)
    .map(({ name, usedPercent }) => `${name} ${Math.floor(usedPercent)} %`);
  return full.length === 0
    ? `No storage of ${storages.length} is ${NEARLY_FULL_PERCENT} % full.`
    : `Storage nearly full: ${named(full)}.`;
}

function named(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
