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
  /** Default: the newest. */
  readonly to: SnapshotRef | undefined;
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
  const wanted = { from: input.from, to: input.to ?? NEWEST };
  if (input.to && isBefore(input.to, input.from)) return { isReversed: true };
  const [from, to] = [await findSnapshot(reader, wanted.from), await findSnapshot(reader, wanted.to)];
  if (!from || !to)
    return { missing: from ? wanted.to : wanted.from, earliest: (await findEarliest(reader))?.timestamp };
  if (isLater(from, to)) return { isReversed: true };
  const coverage = await readCoverage(reader, { ...windowOf(input, from, to), now: input.now });
  return { difference: { from, to, ...(await compare(reader, from, to, input.noise)), coverage } };
}

const NEWEST: SnapshotRef = { time: '9999-12-31T23:59:59.999Z' };

function isBefore(one: SnapshotRef, other: SnapshotRef): boolean {
  return 'time' in one && 'time' in other && one.time < other.time;
}

function isLater(one: SnapshotHead, other: SnapshotHead): boolean {
  return one.timestamp > other.timestamp || (one.timestamp === other.timestamp && one.id > other.id);
}

/** What is asked for; up to now, where the newest is. */
function windowOf(
  { from, to, now }: DiffInput,
  before: SnapshotHead,
  after: SnapshotHead,
): { from: string; to: string } {
  const begin = 'time' in from ? from.time : before.timestamp;
  const end = to ? ('time' in to ? to.time : after.timestamp) : now;
  return { from: begin, to: end < begin ? begin : end };
}

async function compare(
  reader: ThreadReader,
  from: SnapshotHead,
  to: SnapshotHead,
  noise: boolean,
): Promise<Omit<Difference, 'from' | 'to' | 'coverage'>> {
  const snapshots = await readSnapshots(reader, [from.id, to.id]);
  reader.endReading();
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
