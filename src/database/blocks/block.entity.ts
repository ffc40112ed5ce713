import { EntitySchema } from 'typeorm';

/** The texts of some snapshots, packed together. A row of a snapshot says which block its text lies in, and at which index. */
export interface SnapshotBlock {
  readonly id: number;
  /** How many texts it holds; the rows of some may have been deleted since. */
  readonly count: number;
  /** SHA-256 of the body, in hex. */
  readonly digest: string;
  readonly body: Buffer;
}

/** @param bytes the type of bytes, which no two engines call the same. */
export function snapshotBlockEntity(bytes: 'blob' | 'bytea'): EntitySchema<SnapshotBlock> {
  return new EntitySchema<SnapshotBlock>({
    name: 'SnapshotBlockEntity',
    tableName: 'snapshot_blocks',
    columns: {
      id: { type: Number, primary: true, generated: true },
      count: { type: 'integer' },
      digest: { type: 'text' },
      // The last column: the others are read without it.
      body: { type: bytes },
    },
  });
}
