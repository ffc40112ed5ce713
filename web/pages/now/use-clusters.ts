import { useMemo } from 'preact/hooks';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { readCluster } from '../../../src/cluster/read-cluster.js';
import { answerOf, api } from '../../api/client.js';
import { Problem } from '../../api/problems.js';
import { useResource, type Resource } from '../../api/resource.js';
import type { Schemas } from '../../api/types.js';
import { serverNow } from '../../state/clock.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';

const HOUR = 3_600_000;

/** What the cluster was at a moment. */
export interface Seen {
  /** When the snapshot was taken, and how long before the moment. */
  readonly at: number;
  readonly ageSeconds: number;
  /** Missing where the snapshot is of something else. */
  readonly cluster: Cluster | undefined;
  readonly document: unknown;
}

export interface Clusters {
  /** `null` where there was no snapshot yet. */
  readonly latest: Resource<Seen | null>;
  /** Of two hours and of a day before. */
  readonly earlier: readonly Seen[];
}

/** The cluster at the moment that is shown, and what it was before. */
export function useClusters(): Clusters {
  const at = instant.value;
  const hour = Math.floor((at ?? serverNow()) / HOUR);
  const latest = useSeen(0, [at ?? versionOf('snapshots').value]);
  const recent = useSeen(2 * HOUR, [at ?? hour]);
  const dayBefore = useSeen(24 * HOUR, [at ?? hour]);
  const earlier = [recent.data.value, dayBefore.data.value];
  return { latest, earlier: useMemo(() => earlier.flatMap((seen) => seen ?? []), earlier) };
}

function useSeen(before: number, keys: readonly unknown[]): Resource<Seen | null> {
  return useResource(async (signal) => {
    const query = { time: iso((instant.peek() ?? serverNow()) - before) };
    const call = answerOf(api.GET('/api/memory/snapshots/at', { params: { query }, signal }));
    return call.then(toSeen, nullWhereNone);
  }, keys);
}

function toSeen({ snapshot, ageSeconds }: Schemas['AtAnswer']): Seen {
  const { snapshot: document, timestamp } = snapshot;
  return { at: Date.parse(timestamp), ageSeconds, cluster: readCluster(document), document };
}

function nullWhereNone(error: unknown): null {
  if (error instanceof Problem && error.status === 404) return null;
  throw error;
}
