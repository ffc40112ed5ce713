import type { Cluster, GuestSize, GuestState } from './cluster.js';
import { label } from './label.js';
import type { ChangeLine, LineKind } from './lines.js';
import { pairsOf, type Pair } from './pairs.js';

/** @param away the nodes that are not there in both states: what is unknown of their guests is no change. */
export function compareGuests(before: Cluster, after: Cluster, away: ReadonlySet<string>): ChangeLine[] {
  const pairs = pairsOf(before.guests, after.guests, ({ vmid }) => vmid);
  return [
    ...pairs.flatMap((pair) => (isHidden(pair, away) ? [] : compareGuest(pair))),
    ...comparePools(before, after),
  ];
}

function isHidden({ before, after }: Pair<GuestState>, away: ReadonlySet<string>): boolean {
  if (!before || !after) return away.has((after ?? before).node);
  return false;
}

function compareGuest({ before, after }: Pair<GuestState>): ChangeLine[] {
  if (!before) return [lineOf(after, 'guest.added', `was added${at(after)}`)];
  if (!after) return [lineOf(before, 'guest.removed', 'was removed')];
  const changes: [LineKind, string | undefined][] = [
    ['guest.renamed', renamed(before, after)],
    ['guest.moved', moved(before, after)],
    ['guest.template', template(before, after)],
    [statusKind(after), statusOf(before, after)],
    ['guest.pool', pool(before, after)],
    ['guest.resized', resized(before, after)],
  ];
  return changes.flatMap(([kind, text]) => (text === undefined ? [] : [lineOf(after, kind, text)]));
}

function at({ node, status, isTemplate }: GuestState): string {
  const where = node === '' ? '' : ` on ${label(node)}`;
  return `${where}, ${isTemplate ? 'a template' : label(status)}`;
}

function lineOf(guest: GuestState, kind: LineKind, what: string): ChangeLine {
  const { id, node } = guest;
  return { text: `${nameOf(guest)} ${what}`, kind, subject: label(id), ...(node === '' ? {} : { node }) };
}

/** `guest qemu/104 (dns)` */
export function nameOf({ id, name }: Pick<GuestState, 'id' | 'name'>): string {
  return `guest ${label(id)}${name === '' ? '' : ` (${label(name)})`}`;
}

function renamed({ name: before }: GuestState, { name: after }: GuestState): string | undefined {
  if (before === after || before === '' || after === '') return undefined;
  return `was renamed: it was ${label(before)}`;
}

function moved({ node: before }: GuestState, { node: after }: GuestState): string | undefined {
  if (before === after || before === '' || after === '') return undefined;
  return `moved from ${label(before)} to ${label(after)}`;
}

function template(before: GuestState, after: GuestState): string | undefined {
  if (before.isTemplate === after.isTemplate) return undefined;
  return after.isTemplate ? 'became a template' : 'is not a template any more';
}

/** A guest that runs on after its node was away has not changed; one that does not, has. */
function statusOf(before: GuestState, after: GuestState): string | undefined {
  const isSame = before.status === after.status || after.status === 'unknown';
  if (isSame || (before.status === 'unknown' && after.status === 'running')) return undefined;
  return `went from ${label(before.status)} to ${label(after.status)}`;
}

function statusKind({ status }: GuestState): LineKind {
  if (status === 'running') return 'guest.started';
  return status === 'stopped' ? 'guest.stopped' : 'guest.status';
}

function pool({ pool: before }: GuestState, { pool: after }: GuestState): string | undefined {
  if (before === after) return undefined;
  if (before === '') return `joined pool ${label(after)}`;
  return after === ''
    ? `left pool ${label(before)}`
    : `went from pool ${label(before)} to pool ${label(after)}`;
}

function resized(before: GuestState, after: GuestState): string | undefined {
  const parts = [
    sizeOf('cores', before.size.cores, after.size.cores, String),
    sizeOf('memory', before.size.memoryBytes, after.size.memoryBytes, gibibytes),
    sizeOf('disk', before.size.diskBytes, after.size.diskBytes, gibibytes),
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : `was resized: ${parts.join(', ')}`;
}

/** A guest of which nothing is known has the size 0. */
function sizeOf(
  what: keyof GuestSize | 'memory' | 'disk',
  before: number | undefined,
  after: number | undefined,
  textOf: (size: number) => string,
): string | undefined {
  if (!before || !after || before === after) return undefined;
  return `${what} ${textOf(before)} to ${textOf(after)}`;
}

function gibibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toPrecision(4))} GiB`;
}

function comparePools({ pools: before }: Cluster, { pools: after }: Cluster): ChangeLine[] {
  const pairs = pairsOf(before, after, (pool) => pool);
  const lineOfPool = (pool: string, kind: LineKind, what: string): ChangeLine => ({
    text: `pool ${label(pool)} was ${what}`,
    kind,
    subject: `pool/${label(pool)}`,
  });
  return pairs.flatMap(({ before: was, after: is }) => {
    if (was === undefined) return [lineOfPool(is, 'pool.added', 'added')];
    return is === undefined ? [lineOfPool(was, 'pool.removed', 'removed')] : [];
  });
}
