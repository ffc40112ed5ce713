import { placesOf, readSnapshots as readRows, type ThreadReader } from '../database/programs.js';

/** A snapshot as a program reads it. */
export interface SnapshotText {
  readonly id: number;
  readonly timestamp: string;
  /** As it was sent. */
  readonly text: string;
}

/**
 * Reads snapshots by their ids, in order of time.
 * @param maxBytes the texts end before they are larger together; one at least is read.
 */
export async function readSnapshots(
  reader: ThreadReader,
  ids: readonly number[],
  maxBytes?: number,
): Promise<SnapshotText[]> {
  if (ids.length === 0) return [];
  const rest = `WHERE id IN (${placesOf(ids)}) ORDER BY "timestamp", id`;
  const rows = await readRows(reader, rest, ids, maxBytes);
  return rows.map(({ id, timestamp, snapshot }) => ({ id, timestamp, text: snapshot }));
}
