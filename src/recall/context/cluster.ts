import { clusterOf, digestOf } from '../../cluster/index.js';
import { readSnapshots, type SnapshotText, type ThreadReader } from '../../database/programs.js';
import type { Draft, DraftSection } from './context.types.js';
import { minuteOf } from './quote.js';

/** What the latest snapshot says, in a few lines. */
export async function draftCluster(reader: ThreadReader): Promise<DraftSection> {
  const [snapshot] = await readSnapshots(reader, 'ORDER BY "timestamp" DESC, id DESC LIMIT 1');
  return {
    name: 'cluster',
    drafts: snapshot ? draftDigest(snapshot) : [],
    note: 'No snapshot of the cluster is stored.',
  };
}

export function draftDigest({ id, timestamp, snapshot }: SnapshotText): Draft[] {
  return digestOf(clusterOf(snapshot)).map(({ about, text }, index) => ({
    kind: 'snapshot',
    id,
    timestamp,
    why: `the latest snapshot: ${about}`,
    topic: about,
    text: index === 0 ? `${minuteOf(timestamp)}: ${text}` : text,
  }));
}
