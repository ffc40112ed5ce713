import {
  DamagedBlock,
  openBlockSync,
  toStoredBlockSync,
  writeTexts,
  type StoredBlock,
  type TextBlock,
} from '../../columns/index.js';
import type { ThreadReader } from '../thread-program.js';
import { MAX_BYTES, MAX_ROWS, type PackedRowState, type Packing } from './packing.js';
import { blockQuery, textAt } from './read-block.js';

/** Blocks with at most so many rows are put together. */
const FEW_ROWS = MAX_ROWS / 2;
/** So many rows are worth a new block. */
const ENOUGH_ROWS = (MAX_ROWS * 3) / 4;

/** A block of which few rows are left, or that has been small from the beginning. */
interface SmallBlock {
  readonly id: number;
  readonly count: number;
  readonly held: number;
  readonly bytes: number;
}

interface BlockRow {
  readonly id: number;
  readonly bytes: number;
  readonly index: number;
}

export interface Merge {
  /** What to write; missing where there is nothing to do. */
  readonly packing?: Packing;
  /** Blocks before this one need no further look until rows of them are deleted. */
  readonly from: number;
}

/**
 * Puts the texts of small blocks together: those of some hours; and what is left where rows were deleted, so that their texts
 * take no room. Blocks without rows are replaced by nothing.
 */
export async function mergeBlocks(
  reader: ThreadReader,
  from: number,
  damaged: ReadonlySet<number> = new Set(),
): Promise<Merge> {
  const small = (await smallBlocks(reader, from)).filter(({ id }) => !damaged.has(id));
  let group: SmallBlock[] = [];
  for (const block of small) {
    if (!fits([...group, block])) {
      if (isWorthIt(group)) break;
      group = [];
    }
    group.push(block);
  }
  if (!isWorthIt(group)) return { from: group[0]?.id ?? (await lastBlock(reader)) };
  const opened = await openAll(reader, group);
  const unreadable = group.filter(({ id }) => !opened.has(id)).map(({ id }) => id);
  if (unreadable.length > 0) return mergeBlocks(reader, from, new Set([...damaged, ...unreadable]));
  return { packing: await packingOf(reader, opened), from };
}

async function lastBlock(reader: ThreadReader): Promise<number> {
  const text = 'SELECT coalesce(max(id), 0) AS "last" FROM snapshot_blocks';
  const { rows } = await reader.read<{ last: number }>({ text, values: [] });
  return Number(rows[0]?.last ?? 0);
}

/** A block that is damaged is left as it is, and is not among them. */
async function openAll(
  reader: ThreadReader,
  group: readonly SmallBlock[],
): Promise<ReadonlyMap<number, TextBlock>> {
  const opened = new Map<number, TextBlock>();
  for (const { id } of group) {
    const [stored] = (await reader.read<StoredBlock>(blockQuery(id))).rows;
    try {
      if (stored) opened.set(id, openBlockSync(stored));
    } catch (error) {
      if (!(error instanceof DamagedBlock)) throw error;
    }
  }
  return opened;
}

async function smallBlocks(reader: ThreadReader, from: number): Promise<SmallBlock[]> {
  const text = `SELECT block.id AS "id", block.count AS "count", few.held AS "held", few.bytes AS "bytes"
    FROM (SELECT id, (SELECT count(*) FROM cluster_snapshots WHERE block_id = snapshot_blocks.id) AS held,
      (SELECT coalesce(sum(bytes), 0) FROM cluster_snapshots WHERE block_id = snapshot_blocks.id) AS bytes
      FROM snapshot_blocks WHERE id >= ?) AS few JOIN snapshot_blocks AS block ON block.id = few.id
    WHERE few.held <= ${FEW_ROWS} AND few.bytes <= ${MAX_BYTES / 2} ORDER BY block.id`;
  const { rows } = await reader.read<SmallBlock>({ text, values: [from] });
  return rows.map(({ id, count, held, bytes }) => ({
    id: Number(id),
    count: Number(count),
    held: Number(held),
    bytes: Number(bytes),
  }));
}

function fits(group: readonly SmallBlock[]): boolean {
  return sum(group, 'held') <= MAX_ROWS && sum(group, 'bytes') <= MAX_BYTES;
}

/** Where there are rows for a whole block, or where most of one has been deleted. */
function isWorthIt(group: readonly SmallBlock[]): boolean {
  const isFull =
    group.length > 1 && (sum(group, 'held') >= ENOUGH_ROWS || sum(group, 'bytes') >= MAX_BYTES / 2);
  return isFull || group.some(({ held, count }) => 2 * held < count);
}

function sum(group: readonly SmallBlock[], of: 'held' | 'bytes'): number {
  return group.reduce((total, block) => total + block[of], 0);
}

async function packingOf(reader: ThreadReader, opened: ReadonlyMap<number, TextBlock>): Promise<Packing> {
  const texts: string[] = [];
  const rows: PackedRowState[] = [];
  for (const [id, block] of opened) {
    const text = `SELECT id, bytes, block_index AS "index" FROM cluster_snapshots
      WHERE block_id = ? AND snapshot = '' ORDER BY block_index`;
    const held = await reader.read<BlockRow>({ text, values: [id] });
    for (const row of held.rows) {
      const was = { block: id, index: Number(row.index) };
      texts.push(textAt(block, was));
      rows.push({ id: Number(row.id), bytes: Number(row.bytes), was });
    }
  }
  reader.endReading();
  return { block: toStoredBlockSync(writeTexts(texts)), rows, replaced: [...opened.keys()] };
}
