import type { Cluster, NodeState } from './cluster.js';
import { compareBackups } from './compare-backups.js';
import { compareGuests } from './compare-guests.js';
import { compareStorages } from './compare-storages.js';
import { label } from './label.js';
import type { ChangeLine } from './lines.js';
import { pairsOf, type Pair } from './pairs.js';

/**
 * What happened to a cluster from one state to another. Parts that one of the two does not show are not compared: nobody
 * looked at them. What follows from a node that left, or returned, is not told beside it.
 */
export function compareClusters(before: Cluster, after: Cluster): ChangeLine[] {
  const nodes =
    before.nodes.length > 0 && after.nodes.length > 0 ? pairsOf(before.nodes, after.nodes, nameOf) : [];
  const away = new Set(
    nodes
      .filter((pair) => !(isUp(pair.before) && isUp(pair.after)))
      .map(({ before: b, after: a }) => (a ?? b).name),
  );
  const lines = [...compareQuorum(before, after), ...nodes.flatMap(compareNode)];
  if (!showsResources(before) || !showsResources(after)) return lines;
  return [
    ...lines,
    ...compareGuests(before, after, away),
    ...compareStorages(before, after, away),
    ...compareBackups(before, after),
  ];
}

function nameOf({ name }: NodeState): string {
  return name;
}

function isUp(node: NodeState | undefined): boolean {
  return node?.isUp === true;
}

function showsResources({ guests, storages }: Cluster): boolean {
  return guests.length + storages.length > 0;
}

function compareQuorum({ isQuorate: before }: Cluster, { isQuorate: after }: Cluster): ChangeLine[] {
  if (before === undefined || after === undefined || before === after) return [];
  return after
    ? [{ text: 'the cluster regained quorum', kind: 'quorum.regained', subject: 'cluster' }]
    : [{ text: 'the cluster lost quorum', kind: 'quorum.lost', subject: 'cluster' }];
}

function compareNode({ before, after }: Pair<NodeState>): ChangeLine[] {
  const { name } = after ?? before;
  const about = { subject: `node/${label(name)}`, node: name };
  const node = `node ${label(name)}`;
  if (!before) return [{ text: `${node} joined`, kind: 'node.added', ...about }];
  if (!after) return [{ text: `${node} left: it is not listed any more`, kind: 'node.removed', ...about }];
  if (before.isUp === after.isUp) return [];
  return after.isUp
    ? [{ text: `${node} returned`, kind: 'node.returned', ...about }]
    : [{ text: `${node} left`, kind: 'node.left', ...about }];
}
