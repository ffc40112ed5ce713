import type { Cluster, StorageState } from './cluster.js';
import { label } from './label.js';
import type { ChangeLine, LineKind } from './lines.js';
import { pairsOf, type Pair } from './pairs.js';

/** From the first one on a storage is nearly full. */
export const NEARLY_FULL_PERCENT = 80;
const LEVELS = [NEARLY_FULL_PERCENT, 90, 95];

/** @param away the nodes that are not there in both states: what is unknown of their storages is no change. */
export function compareStorages(before: Cluster, after: Cluster, away: ReadonlySet<string>): ChangeLine[] {
  return pairsOf(before.storages, after.storages, ({ id }) => id)
    .filter((pair) => !away.has((pair.after ?? pair.before).node))
    .flatMap(compareStorage);
}

function compareStorage({ before, after }: Pair<StorageState>): ChangeLine[] {
  if (!before) return [lineOf(after, 'storage.added', 'was added')];
  if (!after) return [lineOf(before, 'storage.removed', 'was removed')];
  const lines: ChangeLine[] = [];
  if (before.isAvailable && !after.isAvailable)
    lines.push(lineOf(after, 'storage.unavailable', 'is not available any more'));
  if (!before.isAvailable && after.isAvailable)
    lines.push(lineOf(after, 'storage.available', 'is available again'));
  const { usedPercent: from } = before;
  const { usedPercent: to } = after;
  if (from === undefined || to === undefined) return lines;
  const crossed = LEVELS.findLast((level) => from < level && level <= to);
  const left = LEVELS.find((level) => to < level && level <= from);
  if (crossed !== undefined) lines.push(lineOf(after, 'storage.crossed', `crossed ${crossed} %`));
  if (left !== undefined) lines.push(lineOf(after, 'storage.relieved', `fell below ${left} %`));
  return lines;
}

/** `storage local on pve1` */
function lineOf({ id, name, node }: StorageState, kind: LineKind, what: string): ChangeLine {
  const where = node === '' ? '' : ` on ${label(node)}`;
  const text = `storage ${label(name)}${where} ${what}`;
  return { text, kind, subject: id.split('/').map(label).join('/'), ...(node === '' ? {} : { node }) };
}
