import { clusterStateAt, type ClusterState } from './cluster-state.js';
import type { Story } from './story.js';
import { iso, MINUTE, ticks } from './time.js';

export interface DemoSnapshot {
  readonly timestamp: string;
  readonly snapshot: ClusterState;
}

/** The cluster, looked at every minute unless the monitor is being updated. */
export function makeSnapshots(story: Story, everyMinutes = 1): DemoSnapshot[] {
  const { start, end, pause } = story;
  return ticks(start, end, everyMinutes * MINUTE)
    .filter((moment) => !(pause && pause.from <= moment && moment < pause.until))
    .map((moment) => ({ timestamp: iso(moment), snapshot: clusterStateAt(story, moment) }));
}
