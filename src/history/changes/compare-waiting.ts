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

/** A snapshot that waits, between its neighbours. */
interface Waiting {
  readonly id: number;
  readonly before: number | null;
  /** The next one; missing where that waits itself. */
  readonly next: number | null;
}

const WAITING = `SELECT waiting.id,
    (SELECT id FROM cluster_snapshots WHERE ("timestamp", id) < (waiting."timestamp", waiting.id)
      ORDER BY "timestamp" DESC, id DESC LIMIT 1) AS before,
    (SELECT id FROM cluster_snapshots AS following WHERE ("timestamp", id) = (
        SELECT "timestamp", id FROM cluster_snapshots WHERE ("timestamp", id) > (waiting."timestamp", waiting.id)
        ORDER BY "timestamp", id LIMIT 1)
      AND NOT EXISTS (SELECT 1 FROM snapshots_to_compare AS other
        WHERE (other."timestamp", other.id) = (following."timestamp", following.id))) AS next
  FROM snapshots_to_compare AS waiting ORDER BY waiting."timestamp", waiting.id LIMIT ${BATCH}`;

/** Compares the first snapshots that wait, and those after them that had another one before them until now. */
export async function compareWaiting(reader: ThreadReader): Promise<ComparedSnapshot[]> {
  const { rows } = await reader.read<Waiting>({ text: WAITING, values: [] });
  const [first] = rows;
  if (!first) return [];
  const texts = textsById(await readSnapshots(reader, idsOf(rows), MAX_BYTES));
  const ready = rows.findIndex((row) => idsOf([row]).some((id) => !texts.has(id)));
  if (ready === 0) return compare(first, textsById(await readSnapshots(reader, idsOf([first]))));
  return rows.slice(0, ready < 0 ? rows.length : ready).flatMap((row) => compare(row, texts));
}

function idsOf(rows: readonly Waiting[]): number[] {
  const ids = rows.flatMap(({ id, before, next }) => [before, id, next]).filter((id) => id !== null);
  return [...new Set(ids.map(Number))];
}

function textsById(snapshots: readonly SnapshotText[]): ReadonlyMap<number, string> {
  return new Map(snapshots.map(({ id, text }) => [id, text]));
}

function compare({ id, before, next }: Waiting, texts: ReadonlyMap<number, string>): ComparedSnapshot[] {
  const pairs = [
    [before, id],
    [id, next],
  ] as const;
  return pairs.flatMap(([from, to]) => {
    if (to === null) return [];
    const [old, fresh] = [from === null ? undefined : texts.get(Number(from)), texts.get(Number(to))];
    const lines = old === undefined || fresh === undefined ? [] : summarize(old, fresh);
    return [{ id: Number(to), before: Number(from ?? 0), lines }];
  });
}
