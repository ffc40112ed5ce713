import { useMemo } from 'preact/hooks';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { readCluster } from '../../../src/cluster/read-cluster.js';
import { answerOf, api } from '../../api/client.js';
import { useResource, type Resource } from '../../api/resource.js';
import { serverNow } from '../../state/clock.js';
import { versionOf } from '../../state/live.js';
import { instant, iso } from '../../state/range.js';

const HOUR = 3_600_000;

/** What the cluster was at a moment. */
export interface Seen {
  /** When the snapshot was taken. */
  readonly at: number;
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

/** The last snapshot until then; a list is asked for, because there may be none. */
function useSeen(before: number, keys: readonly unknown[]): Resource<Seen | null> {
  return useResource(async (signal) => {
    const query = { until: iso((instant.peek() ?? serverNow()) - before + 1), limit: 1 };
    const call = api.GET('/api/memory/snapshots', { params: { query }, signal });
    const [snapshot] = (await answerOf(call)).snapshots;
    if (!snapshot) return null;
    const { snapshot: document, timestamp } = snapshot;
    return { at: Date.parse(timestamp), cluster: readCluster(document), document };
  }, keys);
}
