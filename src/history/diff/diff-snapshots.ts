import { compareStates, type ChangeLine } from '../../cluster/index.js';
import type { ThreadReader } from '../../database/programs.js';
import type { PatchCounts } from '../../json-patch/index.js';
import { readCoverage, type Coverage } from '../coverage/read-coverage.js';
import { readSnapshots } from '../snapshot-texts.js';
import { findEarliest, findSnapshot, type SnapshotHead, type SnapshotRef } from './find-snapshot.js';
import { patchText } from './patch-text.js';

const MAX_OPERATIONS = 10_000;
/** The operations end before they are larger. */
const MAX_CHARACTERS = 4 * 1_048_576;

export interface DiffInput {
  readonly from: SnapshotRef;
  readonly to: SnapshotRef;
  readonly noise: boolean;
  readonly now: string;
}

export interface Difference {
  readonly from: SnapshotHead;
  readonly to: SnapshotHead;
  readonly summary: readonly ChangeLine[];
  readonly noise: string | null;
  /** The JSON text of the operations. */
  readonly changes: string;
  readonly counts: PatchCounts & { readonly operations: number };
  readonly truncated: boolean;
  readonly coverage: Coverage;
}

/** The difference, or why there is none: a snapshot that is not there, or the wrong order. */
export type DiffOutput =
  | { readonly difference: Difference }
  | { readonly missing: SnapshotRef; readonly earliest: string | undefined }
  | { readonly isReversed: true };

export async function diffSnapshots(reader: ThreadReader, input: DiffInput): Promise<DiffOutput> {
  const [from, to] = [await findSnapshot(reader, input.from), await findSnapshot(reader, input.to)];
  if (isBefore(input.to, input.from)) return { isReversed: true };
  if (!from || !to)
    return { missing: from ? input.to : input.from, earliest: (await findEarliest(reader))?.timestamp };
  if (isLater(from, to)) return { isReversed: true };
  const coverage = await readCoverage(reader, {
    from: momentOf(input.from, from),
    to: momentOf(input.to, to),
    now: input.now,
  });
  return { difference: { from, to, ...(await compare(reader, from, to, input.noise)), coverage } };
}

function isBefore(one: SnapshotRef, other: SnapshotRef): boolean {
  return 'time' in one && 'time' in other && one.time < other.time;
}

function isLater(one: SnapshotHead, other: SnapshotHead): boolean {
  return one.timestamp > other.timestamp || (one.timestamp === other.timestamp && one.id > other.id);
}

function momentOf(ref: SnapshotRef, { timestamp }: SnapshotHead): string {
  return 'time' in ref ? ref.time : timestamp;
}

async function compare(
  reader: ThreadReader,
  from: SnapshotHead,
  to: SnapshotHead,
  noise: boolean,
): Promise<Omit<Difference, 'from' | 'to' | 'coverage'>> {
  const snapshots = await readSnapshots(reader, [from.id, to.id]);
  const [before = '', after = ''] = [from, to].map(({ id }) => snapshots.find((one) => one.id === id)?.text);
  const comparison = compareStates(before, after, { limit: MAX_OPERATIONS, noise });
  const { text, operations, isTruncated } = patchText(comparison.patch, MAX_OPERATIONS, MAX_CHARACTERS);
  return {
    summary: comparison.summary,
    noise: comparison.noise,
    changes: text,
    counts: { operations, ...comparison.patch.counts },
    truncated: isTruncated,
  };
}
