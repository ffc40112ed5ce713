import type { StoredBlock } from '../../columns/index.js';

/** A row that is packed, as it was read. */
export interface PackedRowState {
  readonly id: number;
  /** The size of its text. */
  readonly bytes: number;
  /** SHA-256 of the text that stands in the row, in hex; or where the text lay before. */
  readonly was: string | { readonly block: number; readonly index: number };
}

/** What becomes a block. */
export interface Packing {
  /** The texts, in the order of the rows. */
  readonly block: StoredBlock;
  readonly rows: readonly PackedRowState[];
  /** Blocks that are no longer needed where no row refers to them any more. */
  readonly replaced: readonly number[];
}

/** The most texts of a block, and their size. More would make a block a little smaller and reading one of it slower. */
export const MAX_ROWS = 120;
export const MAX_BYTES = 2.5 * 1_048_576;
