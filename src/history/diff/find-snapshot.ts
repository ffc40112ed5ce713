import type { Query, Taken } from '../../database/programs.js';

/** A snapshot by its id, or the one that was in force at a time. */
export type SnapshotRef = { readonly id: number } | { readonly time: string };

export interface SnapshotHead {
  readonly id: number;
  readonly timestamp: string;
}

interface Reader {
  read<Row>(query: Query): Taken<Row> | Promise<Taken<Row>>;
}

const HEAD = 'SELECT id, "timestamp" FROM cluster_snapshots';

/** The one with the id; or the latest that is not after the time. */
export function findSnapshot(reader: Reader, ref: SnapshotRef): Promise<SnapshotHead | undefined> {
  return 'id' in ref
    ? first(reader, { text: `${HEAD} WHERE id = ?`, values: [ref.id] })
    : first(reader, {
        text: `${HEAD} WHERE "timestamp" <= ? ORDER BY "timestamp" DESC, id DESC LIMIT 1`,
        values: [ref.time],
      });
}

export function findEarliest(reader: Reader): Promise<SnapshotHead | undefined> {
  return first(reader, { text: `${HEAD} ORDER BY "timestamp", id LIMIT 1`, values: [] });
}

async function first(reader: Reader, query: Query): Promise<SnapshotHead | undefined> {
  const { rows } = await reader.read<SnapshotHead>(query);
  return rows[0] && { id: Number(rows[0].id), timestamp: rows[0].timestamp };
}
