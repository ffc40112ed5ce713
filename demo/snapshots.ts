import { clusterStateAt, type ClusterState } from './cluster-state.js';
import type { Story } from './story.js';
import { iso, MINUTE, ticks } from './time.js';

export interface DemoSnapshot {
  readonly timestamp: string;
  readonly snapshot: ClusterState;
}

/** The cluster, looked at every five minutes. */
export function makeSnapshots(story: Story): DemoSnapshot[] {
  return ticks(story.start, story.end, 5 * MINUTE).map((moment) => ({
    timestamp: iso(moment),
    snapshot: clusterStateAt(story, moment),
  }));
}
