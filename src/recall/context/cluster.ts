import { clusterOf, digestOf } from '../../cluster/index.js';
import { readSnapshots, type SnapshotText, type ThreadReader } from '../../database/programs.js';
import type { Coverage } from '../../history/coverage/read-coverage.js';
import { readAll } from '../search/rows.js';
import type { Draft, DraftSection } from './context.types.js';
import { minuteOf } from './quote.js';

/** So many of the last snapshots are named that show a change, and so many gaps. */
const MAX_CHANGES = 12;
const MAX_GAPS = 3;

/** What the latest snapshot says, and what changed on the day before it, in a few lines. */
export async function draftCluster(
  reader: ThreadReader,
  coverage: Coverage,
  at?: string,
): Promise<DraftSection> {
  const [until, values] = at === undefined ? ['', []] : ['WHERE "timestamp" <= ? ', [at]];
  const newest = `${until}ORDER BY "timestamp" DESC, id DESC LIMIT 1`;
  const [snapshot] = await readSnapshots(reader, newest, values);
  return {
    name: 'cluster',
    drafts: snapshot
      ? [
          ...draftDigest(snapshot),
          ...draftGaps(snapshot, coverage),
          ...(await draftChanges(reader, coverage)),
        ]
      : [],
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

/** Where there are no snapshots, that nothing changed says nothing. */
function draftGaps({ id, timestamp }: SnapshotText, { gaps }: Coverage): Draft[] {
  return gaps.slice(-MAX_GAPS).map(({ from, to, what }) => ({
    kind: 'snapshot',
    id,
    timestamp,
    why: 'nobody was watching',
    topic: `gap ${what} ${from}`,
    text: `Nobody was watching from ${minuteOf(from)} to ${minuteOf(to)}: no ${what}.`,
  }));
}

interface Change {
  readonly id: number;
  readonly timestamp: string;
  readonly lines: string;
}

/** What the snapshots of the day show as changed, the newest first. */
async function draftChanges(reader: ThreadReader, { from, to }: Coverage): Promise<Draft[]> {
  const changes = await readAll<Change>(reader, {
    text: `SELECT snapshot_id AS "id", "timestamp", lines FROM snapshot_changes
      WHERE "timestamp" > ? AND "timestamp" <= ? ORDER BY "timestamp" DESC, snapshot_id DESC LIMIT ${MAX_CHANGES}`,
    values: [from, to],
  });
  return changes.map(({ id, timestamp, lines }) => {
    const texts = (JSON.parse(lines) as readonly { readonly text: string }[]).map(({ text }) => text);
    return {
      kind: 'snapshot',
      id: Number(id),
      timestamp,
      why: 'what changed',
      topic: `changes ${id}`,
      text: `${minuteOf(timestamp)} changed: ${texts.join('; ')}.`,
    };
  });
}
