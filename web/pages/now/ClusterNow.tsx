import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Cluster } from '../../../src/cluster/cluster.js';
import { ROOT } from '../../api/client.js';
import type { Resource } from '../../api/resource.js';
import type { EventRow } from '../../api/types.js';
import { Empty } from '../../components/Empty.js';
import { JsonTree } from '../../components/JsonTree.js';
import { Loaded } from '../../components/Loaded.js';
import { Section } from '../../components/Section.js';
import { moment } from '../../state/range.js';
import { counted } from '../../words/numbers.js';
import { length, when } from '../../words/times.js';
import { nodeViews, type NodeView } from './guest-marks.js';
import { NodeColumn } from './NodeColumn.js';
import type { Seen } from './use-clusters.js';

interface Props {
  readonly latest: Resource<Seen | null>;
  readonly dayBefore: Cluster | undefined;
  readonly open: readonly EventRow[];
}

/** Older than this, it is said how old. */
const OLD_MS = 10 * 60_000;
const COMMAND = `curl -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"snapshot":{"nodes":[{"node":"pve1","status":"online"}]}}' \\
  ${ROOT}/api/memory/snapshots`;

/** The cluster as it was seen last: its nodes, and their guests. */
export function ClusterNow({ latest, dayBefore, open }: Props): JSX.Element {
  const seen = latest.data.value;
  const cluster = seen?.cluster;
  const nodes = useMemo(
    () => (cluster ? nodeViews(cluster, dayBefore, open) : []),
    [cluster, dayBefore, open],
  );
  return (
    <Section title="Cluster" side={seen ? sideOf(nodes, seen) : ''}>
      <Loaded of={latest} failure="The snapshots could not be read." rows={5}>
        {(loaded) => {
          if (loaded === null)
            return (
              <Empty title="No snapshot yet." command={COMMAND}>
                What the cluster is appears as soon as a snapshot of it is sent.
              </Empty>
            );
          if (nodes.length === 0) return <Unknown seen={loaded} />;
          return (
            <div class="nodes">
              {nodes.map((node) => (
                <NodeColumn key={node.name} of={node} />
              ))}
            </div>
          );
        }}
      </Loaded>
    </Section>
  );
}

function sideOf(nodes: readonly NodeView[], { at }: Seen): string {
  const running = nodes.reduce((sum, node) => sum + node.running, 0);
  const stopped = nodes.reduce((sum, node) => sum + node.stopped, 0);
  const age = moment.value - at;
  const seen = `seen ${when(at, moment.value)}${age > OLD_MS ? `, ${length(age)} before` : ''}`;
  return nodes.length === 0 ? seen : `${running} running, ${stopped} stopped, ${seen}`;
}

/** A snapshot in which there is no cluster. */
function Unknown({ seen: { document } }: { seen: Seen }): JSX.Element {
  const members = Array.isArray(document) ? counted(document.length, 'item') : 'what it holds is below';
  return (
    <>
      <p class="muted">The last snapshot tells of no nodes, guests or storages: {members}.</p>
      <JsonTree value={document} label="The last snapshot" />
    </>
  );
}
