import {
  DamagedBlock,
  openBlock,
  openBlockSync,
  type StoredBlock,
  type TextBlock,
} from '../../columns/index.js';
import { blockDamaged } from '../database-problems.js';
import type { Query } from '../query.js';
import { SNAPSHOT_BLOCKS } from './block.table.js';

/** A row of a table whose texts may be packed. */
export interface PackedRow {
  readonly id: number;
  /** Empty where the text is packed. */
  readonly snapshot: string;
  readonly blockId: number | null;
  readonly blockIndex: number | null;
}

/** The SQL of whether the text of a row is packed. */
export const IS_PACKED = `snapshot = '' AND block_id IS NOT NULL`;

/** The SQL of whether a row is packed in a block that is not there, or that has no such text. */
export const HAS_NO_TEXT = `${IS_PACKED} AND NOT EXISTS (SELECT 1 FROM ${SNAPSHOT_BLOCKS.name} AS block
  WHERE block.id = block_id AND block_index BETWEEN 0 AND block.count - 1)`;

/** Where a text lies. */
export interface TextPlace {
  readonly block: number;
  readonly index: number;
}

/** Where the text of a row lies; undefined where it stands in the row. Whatever stands there counts. */
export function placeOf({ snapshot, blockId, blockIndex }: PackedRow): TextPlace | undefined {
  return placeIn(snapshot, blockId, blockIndex);
}

/** The same of the single values. */
export function placeIn(
  text: unknown,
  blockId: number | null | undefined,
  blockIndex: number | null | undefined,
): TextPlace | undefined {
  return text === '' && typeof blockId === 'number' && typeof blockIndex === 'number'
    ? { block: blockId, index: blockIndex }
    : undefined;
}

/** @returns a query for a `StoredBlock`. */
export function blockQuery(id: number): Query {
  return { text: `SELECT body, digest FROM ${SNAPSHOT_BLOCKS.name} WHERE id = ?`, values: [id] };
}

/** @throws ProblemError `data_damaged`. */
export async function openBlockOf(id: number, stored: StoredBlock): Promise<TextBlock> {
  return openBlock(stored).catch((error: unknown) => refuse(id, error));
}

/** The same at once, outside the event loop. */
export function openBlockOfSync(id: number, stored: StoredBlock): TextBlock {
  try {
    return openBlockSync(stored);
  } catch (error) {
    return refuse(id, error);
  }
}

/** @throws ProblemError `data_damaged` where the block has no such text. */
export function textAt(block: TextBlock, { block: id, index }: TextPlace): string {
  try {
    return block.textAt(index);
  } catch (error) {
    return refuse(id, error);
  }
}

function refuse(id: number, error: unknown): never {
  throw error instanceof DamagedBlock ? blockDamaged(id, error.message, error) : error;
}
