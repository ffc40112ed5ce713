import type { Cluster, GuestState } from '../../../src/cluster/cluster.js';
import { textOf } from '../../../src/cluster/resources.js';
import type { EventRow } from '../../api/types.js';
import { severityOf, type Severity } from '../../components/severities.js';

export interface GuestView {
  readonly vmid: string;
  readonly name: string;
  readonly isRunning: boolean;
  /** `qemu/104 stopped`-like words for who hovers or listens. */
  readonly words: string;
  /** The worst that is open of it. */
  readonly severity: Severity | undefined;
  /** Where it was a day before, where that is elsewhere. */
  readonly movedFrom: string | undefined;
}

export interface NodeView {
  readonly name: string;
  readonly isUp: boolean;
  readonly cpuShare: number | undefined;
  readonly memoryShare: number | undefined;
  readonly running: number;
  readonly stopped: number;
  readonly guests: readonly GuestView[];
}

/** The nodes of a cluster with their guests: those of which something is open, that moved, or do not run are told. */
export function nodeViews(
  cluster: Cluster,
  dayBefore: Cluster | undefined,
  open: readonly EventRow[],
): NodeView[] {
  const nodeBefore = new Map(dayBefore?.guests.map(({ vmid, node }) => [vmid, node]));
  const byName = new Map(cluster.nodes.map((node) => [node.name, node]));
  const names = new Set([...byName.keys(), ...cluster.guests.map(({ node }) => node)]);
  return [...names].sort().map((name) => {
    const guests = cluster.guests
      .filter(({ node, isTemplate }) => node === name && !isTemplate)
      .map((guest) => guestView(guest, nodeBefore.get(guest.vmid), open));
    const running = guests.filter(({ isRunning }) => isRunning).length;
    const node = byName.get(name);
    return {
      name: name === '' ? 'no node' : name,
      isUp: node?.isUp !== false,
      cpuShare: node?.cpuShare,
      memoryShare: node?.memoryShare,
      running,
      stopped: guests.length - running,
      guests,
    };
  });
}

function guestView(guest: GuestState, nodeBefore: string | undefined, open: readonly EventRow[]): GuestView {
  const { vmid, name, status, node } = guest;
  const isRunning = status === 'running';
  const movedFrom = nodeBefore === node ? undefined : nodeBefore;
  const worst = open.find((event) => isAbout(event, guest));
  const shown = name === '' ? vmid : name;
  const told = [
    `${vmid} ${name}`.trim(),
    status,
    movedFrom === undefined ? '' : `moved from ${movedFrom}`,
    worst ? `open: ${worst.summary}` : '',
  ];
  return {
    vmid,
    name: shown,
    isRunning,
    words: told.filter((part) => part !== '').join(', '),
    severity: worst && severityOf(worst.severity),
    movedFrom,
  };
}

/** Whether an event is about a guest: its details say its number, or its line says its number or name. */
function isAbout({ summary, details }: EventRow, { vmid, name }: GuestState): boolean {
  const numbers = typeof details === 'object' && details !== null && !Array.isArray(details) ? details : {};
  const said = textOf(numbers['vmid']);
  if (said !== undefined) return said === vmid;
  const words = summary.split(/[^\p{L}\p{N}._-]+/u);
  return words.includes(vmid) || (name.length > 2 && words.includes(name));
}
