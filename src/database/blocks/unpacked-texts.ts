import type { StoredBlock, TextBlock } from '../../columns/index.js';
import { blockDamaged } from '../database-problems.js';
import type { Value } from '../query.js';
import { READ_BYTES } from '../queries/take-slice.js';
import type { ThreadReader } from '../thread-program.js';
import { blockQuery, openBlockOfSync, placeOf, textAt, type PackedRow } from './read-block.js';

/**
 * The texts of rows, packed or not, in the order of the rows; for programs in threads. Rows that lie beside one another share
 * blocks, which are opened once.
 * @throws ProblemError `data_damaged`.
 */
export async function unpackedTexts(reader: ThreadReader, rows: readonly PackedRow[]): Promise<string[]> {
  const texts: string[] = [];
  let last: { readonly id: number; readonly block: TextBlock } | undefined;
  for (const row of rows) {
    const place = placeOf(row);
    if (place && last?.id !== place.block) {
      last = { id: place.block, block: await blockOf(reader, place.block) };
    }
    texts.push(place && last ? textAt(last.block, place) : row.snapshot);
  }
  return texts;
}

/** A snapshot with its text. */
export interface SnapshotText {
  readonly id: number;
  readonly timestamp: string;
  readonly snapshot: string;
}

/**
 * Reads snapshots with their texts, packed or not.
 * @param rest the condition, the order and the limit.
 * @param maxBytes the texts end before they are larger together; one at least is read.
 * @throws ProblemError `data_damaged`.
 */
export async function readSnapshots(
  reader: ThreadReader,
  rest: string,
  values: readonly Value[] = [],
  maxBytes?: number,
): Promise<SnapshotText[]> {
  const text = `SELECT id, "timestamp", snapshot, block_id AS "blockId", block_index AS "blockIndex",
    bytes AS "${READ_BYTES}" FROM cluster_snapshots ${rest}`;
  const bounds = maxBytes === undefined ? undefined : { maxBytes };
  const { rows } = await reader.read<PackedRow & { readonly timestamp: string }>({ text, values }, bounds);
  const texts = await unpackedTexts(reader, rows);
  return rows.map(({ id, timestamp }, index) => ({
    id: Number(id),
    timestamp,
    snapshot: texts[index] ?? '',
  }));
}

async function blockOf(reader: ThreadReader, id: number): Promise<TextBlock> {
  const [stored] = (await reader.read<StoredBlock>(blockQuery(id))).rows;
  if (!stored) throw blockDamaged(id, 'it is not there');
  return openBlockOfSync(id, stored);
}
