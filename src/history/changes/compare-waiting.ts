import { summarize, type ChangeLine } from '../../cluster/index.js';
import type { ThreadReader } from '../../database/programs.js';
import { readSnapshots, type SnapshotText } from '../snapshot-texts.js';

/** So many snapshots are compared by one run: it takes the thread some milliseconds. */
const BATCH = 32;
/** So much text is read at once. A snapshot and its neighbours are, however large they are. */
const MAX_BYTES = 8 * 1_048_576;

/** A snapshot that was compared with the one before it. */
export interface ComparedSnapshot {
  readonly id: number;
  /** The id of the one before; 0 where it is the first. */
  readonly before: number;
  readonly lines: readonly ChangeLine[];
}

export interface CompareOutput {
  readonly compared: readonly ComparedSnapshot[];
  /** What waits in vain: a program has replaced the snapshot, which fires no trigger for what was before. */
  readonly orphans: readonly WaitingKey[];
}

export interface WaitingKey {
  readonly timestamp: string;
  readonly id: number;
}

/** A snapshot that waits, between its neighbours. */
interface Waiting extends WaitingKey {
  readonly exists: number | null;
  readonly before: number | null;
  /** The next one; missing where that waits itself. */
  readonly next: number | null;
}

const WAITING = `SELECT waiting."timestamp", waiting.id,
    (SELECT id FROM cluster_snapshots WHERE id = waiting.id AND "timestamp" = waiting."timestamp") AS "exists",
    (SELECT id FROM cluster_snapshots WHERE ("timestamp", id) < (waiting."timestamp", waiting.id)
      ORDER BY "timestamp" DESC, id DESC LIMIT 1) AS before,
    (SELECT id FROM cluster_snapshots AS following WHERE ("timestamp", id) = (
        SELECT "timestamp", id FROM cluster_snapshots WHERE ("timestamp", id) > (waiting."timestamp", waiting.id)
        ORDER BY "timestamp", id LIMIT 1)
      AND NOT EXISTS (SELECT 1 FROM snapshots_to_compare AS other
        WHERE (other."timestamp", other.id) = (following."timestamp", following.id))) AS next
  FROM snapshots_to_compare AS waiting ORDER BY waiting."timestamp", waiting.id LIMIT ${BATCH}`;

/**
 * Compares the first snapshots that wait, and those after them that had another one before them until now.
 * @param isGivenUp only says of the first one that it could not be compared.
 */
export async function compareWaiting(reader: ThreadReader, isGivenUp: boolean): Promise<CompareOutput> {
  const { rows } = await reader.read<Waiting>({ text: WAITING, values: [] });
  const waiting = rows.filter(({ exists }) => exists !== null);
  const orphans = rows.filter(({ exists }) => exists === null);
  const [first] = waiting;
  if (!first) return { compared: [], orphans };
  if (isGivenUp) return { compared: compare(first, () => GIVEN_UP), orphans };
  const { ready, texts } = await readWaiting(reader, waiting, first);
  reader.endReading();
  return { compared: ready.flatMap((row) => compare(row, linesBy(texts))), orphans };
}

/** The first of them of which all texts are read: one at least. */
async function readWaiting(
  reader: ThreadReader,
  waiting: readonly Waiting[],
  first: Waiting,
): Promise<{ ready: readonly Waiting[]; texts: ReadonlyMap<number, string> }> {
  const texts = textsById(await readSnapshots(reader, idsOf(waiting), MAX_BYTES));
  const cut = waiting.findIndex((row) => idsOf([row]).some((id) => !texts.has(id)));
  if (cut === 0) return { ready: [first], texts: textsById(await readSnapshots(reader, idsOf([first]))) };
  return { ready: waiting.slice(0, cut < 0 ? waiting.length : cut), texts };
}

const GIVEN_UP: readonly ChangeLine[] = [
  {
    text: 'the snapshot could not be compared with the one before it',
    kind: 'structure.changed',
    subject: '',
  },
];

function idsOf(rows: readonly Waiting[]): number[] {
  const ids = rows.flatMap(({ id, before, next }) => [before, id, next]).filter((id) => id !== null);
  return [...new Set(ids.map(Number))];
}

function textsById(snapshots: readonly SnapshotText[]): ReadonlyMap<number, string> {
  return new Map(snapshots.map(({ id, text }) => [id, text]));
}

type LinesOf = (before: number, after: number) => readonly ChangeLine[];

function linesBy(texts: ReadonlyMap<number, string>): LinesOf {
  return (before, after) => {
    const [old, fresh] = [texts.get(before), texts.get(after)];
    return old === undefined || fresh === undefined ? [] : summarize(old, fresh);
  };
}

function compare({ id, before, next }: Waiting, linesOf: LinesOf): ComparedSnapshot[] {
  const pairs = [
    [before, id],
    [id, next],
  ] as const;
  return pairs.flatMap(([from, to]) => {
    if (to === null) return [];
    const [old, fresh] = [Number(from ?? 0), Number(to)];
    return [{ id: fresh, before: old, lines: old === 0 ? [] : linesOf(old, fresh) }];
  });
}
