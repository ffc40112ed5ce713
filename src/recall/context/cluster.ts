import { clusterOf, digestOf } from '../../cluster/index.js';
import type { ThreadReader } from '../../database/programs.js';
import type { Draft, DraftSection } from './context.types.js';
import { minuteOf } from './quote.js';
import { readRows, type SnapshotRow } from './rows.js';

/** The largest snapshot that the API takes. */
const MAX_SNAPSHOT_CHARACTERS = 16 * 1_048_576;

/** What the latest snapshot says, in a few lines. */
export async function draftCluster(reader: ThreadReader): Promise<DraftSection> {
  const newest = 'ORDER BY "timestamp" DESC, id DESC LIMIT 1';
  const [snapshot] = await readRows(reader, 'snapshot', newest, [], MAX_SNAPSHOT_CHARACTERS);
  return {
    name: 'cluster',
    drafts: snapshot ? draftDigest(snapshot) : [],
    note: 'No snapshot of the cluster is stored.',
  };
}

export function draftDigest({ id, timestamp, snapshot }: SnapshotRow): Draft[] {
  return digestOf(clusterOf(snapshot)).map(({ about, text }, index) => ({
    kind: 'snapshot',
    id,
    timestamp,
    why: `the latest snapshot: ${about}`,
    topic: about,
    text: index === 0 ? `${minuteOf(timestamp)}: ${text}` : text,
  }));
}
