import type { Cluster } from '../../../src/cluster/cluster.js';
import { readCluster } from '../../../src/cluster/read-cluster.js';
import { allPages } from '../../api/all-pages.js';
import { answerOf, api } from '../../api/client.js';
import type { Schemas } from '../../api/types.js';
import { iso, type Span } from '../../state/range.js';
import { isLarge } from '../../words/changes.js';
import { holesOf, type Hole } from '../../words/gaps.js';

const MOST_PAGES = 10;

/** A snapshot that shows something as changed. */
export interface Tick {
  readonly at: number;
  readonly title: string;
  readonly isLarge: boolean;
}

export interface Ticks {
  /** Oldest first. */
  readonly ticks: readonly Tick[];
  readonly holes: readonly Hole[];
  /** Whether there are more than are loaded: the newest are there. */
  readonly isCut: boolean;
  readonly isThinned: boolean;
  /** Whether snapshots are not compared yet, so that changes are missing. */
  readonly isPartial: boolean;
}

export async function loadTicks({ since, until }: Span, signal: AbortSignal): Promise<Ticks> {
  const { pages, isCut } = await allPages((cursor) => {
    const query = { kind: ['snapshot' as const], since: iso(since), until: iso(until), limit: 200 };
    const params = { query: cursor === undefined ? query : { ...query, cursor } };
    return answerOf(api.GET('/api/memory/timeline', { params, signal }));
  }, MOST_PAGES);
  const items = pages.flatMap(({ timeline }) => timeline).reverse();
  const gaps = pages.flatMap(({ coverage }) => coverage.gaps);
  return {
    ticks: items.map(({ at, title, changes }) => ({ at: Date.parse(at), title, isLarge: isLarge(changes) })),
    holes: holesOf(gaps, ['snapshots', 'anything']),
    isCut,
    isPartial: pages[0]?.uncomparedSince != null,
    isThinned: pages.some(({ coverage }) => coverage.thinned),
  };
}

/** A snapshot, and what it says of the cluster where it says that. */
export interface State {
  readonly id: number;
  readonly at: number;
  readonly document: unknown;
  readonly cluster: Cluster | undefined;
}

/** The state at a moment; the newest without one. */
export async function loadState(at: number | undefined, signal: AbortSignal): Promise<State> {
  const { snapshot } = await (at === undefined
    ? answerOf(api.GET('/api/memory/snapshots/latest', { signal }))
    : answerOf(api.GET('/api/memory/snapshots/at', { params: { query: { time: iso(at) } }, signal })));
  const document: unknown = snapshot.snapshot;
  return { id: snapshot.id, at: Date.parse(snapshot.timestamp), document, cluster: readCluster(document) };
}

export type Difference = Schemas['DiffAnswer'];

export function loadDifference(from: number, to: number, signal: AbortSignal): Promise<Difference> {
  return answerOf(api.GET('/api/memory/snapshots/diff', { params: { query: { from, to } }, signal }));
}

/** How many snapshots there are, as far as that matters: none, one, or two and more. */
export async function countSnapshots(signal: AbortSignal): Promise<number> {
  const query = { limit: 2, view: 'meta' as const };
  return (await answerOf(api.GET('/api/memory/snapshots', { params: { query }, signal }))).snapshots.length;
}
