import { GIB } from '../cluster.js';
import { clusterStateAt, type ClusterState, type NodeState } from '../cluster-state.js';
import type { Story } from '../story.js';
import { HOUR, MINUTE, round, SECOND, ticks } from '../time.js';
import type { DraftEvent } from './draft.js';

/** Once an hour: the figures of every node, of the cluster, and of pve2's disk. */
export function metricEvents(story: Story): DraftEvent[] {
  return ticks(story.start, story.end - MINUTE, HOUR).flatMap((moment) => {
    const state = clusterStateAt(story, moment);
    return [
      ...state.nodes.map((node, index) => nodeMetric(node, moment + (1 + index) * SECOND)),
      clusterMetric(state, moment + 6 * SECOND),
      diskMetric(state, moment + 7 * SECOND),
    ];
  });
}

function nodeMetric({ node, cpu, load1, memory, temperatureCelsius }: NodeState, at: number): DraftEvent {
  const cpuPercent = round(cpu * 100, 1);
  const memoryPercent = round((memory.usedBytes / memory.totalBytes) * 100, 1);
  return {
    at,
    type: 'metric',
    source: 'monitor',
    node,
    summary: `${node}: CPU ${cpuPercent} %, memory ${memoryPercent} %`,
    details: { cpuPercent, memoryPercent, load1, temperatureCelsius },
  };
}

function clusterMetric({ nodes, guests }: ClusterState, at: number): DraftEvent {
  const watts = round(
    nodes.reduce((sum, { powerWatts }) => sum + powerWatts, 0),
    1,
  );
  const running = guests.filter(({ status }) => status === 'running').length;
  return {
    at,
    type: 'metric',
    source: 'monitor',
    summary: `Cluster: ${running} of ${guests.length} guests run, ${watts} W`,
    details: { nodesOnline: nodes.length, guestsRunning: running, guests: guests.length, powerWatts: watts },
  };
}

function diskMetric({ storages }: ClusterState, at: number): DraftEvent {
  const fullest = storages.reduce((one, other) => (other.usedPercent > one.usedPercent ? other : one));
  const { storage, node, usedPercent, usedBytes, totalBytes } = fullest;
  return {
    at,
    type: 'metric',
    source: 'monitor',
    node,
    summary: `Fullest storage: ${storage}${node ? ` on ${node}` : ''}, ${usedPercent} %`,
    details: { storage, usedPercent, freeGiB: round((totalBytes - usedBytes) / GIB, 1) },
  };
}
