import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { StoredBlock } from '../../columns/index.js';
import type { Dialect } from '../queries/dialect.js';
import type { Query } from '../query.js';
import type { PackedRowState, Packing } from './packing.js';
import { changesOf } from '../queries/delete-rows.js';
import { chunksOf, placesOf } from '../queries/lists.js';

/** So many rows are updated between two turns of the event loop, where it is held: the pages of their texts become free. */
const STEP_ROWS = 8;

/** Writes a block in a unit of work. @returns its id. */
export async function insertBlock(
  manager: EntityManager,
  { toDriver, returning, insertedId }: Dialect,
  count: number,
  { body, digest }: StoredBlock,
): Promise<number> {
  const text = `INSERT INTO snapshot_blocks (count, digest, body) VALUES (?, ?, ?)${returning('"id"')}`;
  return insertedId(await manager.query(toDriver(text), [count, digest, body]));
}

/**
 * Writes a block, and lets the rows refer to it whose texts are still those that it holds: what was changed or deleted
 * meanwhile stays as it is.
 * @throws Error where none is, with nothing written.
 */
export async function writeBlock(
  manager: EntityManager,
  dialect: Dialect,
  { rows, replaced, block: stored }: Packing,
): Promise<void> {
  let packed = 0;
  if (rows.length > 0) {
    const moves = await mayMove(manager, dialect);
    const block = await insertBlock(manager, dialect, rows.length, stored);
    const steps = rows.map((row, index) => ({ row, index }));
    for (const [number, step] of chunksOf(
      steps,
      dialect.runsOnEventLoop ? STEP_ROWS : steps.length,
    ).entries()) {
      if (number > 0) await nextTurn();
      packed += await changesOf(manager, dialect, updateOf(dialect, { block, moves }, step));
    }
    if (packed === 0) throw new Error('All snapshots were changed while they were packed.');
    if (moves) await moveBack(manager, dialect, block);
  }
  if (replaced.length > 0) await changesOf(manager, dialect, deleteOf(replaced));
}

/** Another program's rows may have negative ids; and its tables may refer to a snapshot, which is away for a moment. */
async function mayMove(manager: EntityManager, { mergesPagesOnMove }: Dialect): Promise<boolean> {
  if (!mergesPagesOnMove) return false;
  // Along an index SQLite would look once into each block.
  const negative = await manager.query<unknown[]>(`SELECT 1 FROM ${TABLE} NOT INDEXED WHERE id < 0 LIMIT 1`);
  if (negative.length > 0) return false;
  await manager.query('PRAGMA defer_foreign_keys = ON');
  return true;
}

async function moveBack(manager: EntityManager, dialect: Dialect, block: number): Promise<void> {
  const text = `UPDATE ${TABLE} SET id = -id WHERE id < 0 AND block_id = ?`;
  await changesOf(manager, dialect, { text, values: [block] });
  await manager.query('PRAGMA defer_foreign_keys = OFF');
}

interface Step {
  readonly row: PackedRowState;
  readonly index: number;
}

/** A row of values that the statement compares and sets. */
const PLACES = `(${[...Array<string>(5).fill('CAST(? AS bigint)'), 'CAST(? AS text)'].join(', ')})`;
const TABLE = 'cluster_snapshots';

function updateOf(
  { digestOf }: Dialect,
  { block, moves }: { block: number; moves: boolean },
  steps: readonly Step[],
): Query {
  const values = steps.flatMap(({ row: { id, bytes, was }, index }) =>
    typeof was === 'string' ? [id, index, bytes, -1, -1, was] : [id, index, bytes, was.block, was.index, ''],
  );
  const isSame =
    typeof steps[0]?.row.was === 'string'
      ? `${TABLE}.block_id IS NULL AND ${digestOf(`${TABLE}.snapshot`)} = packed.digest`
      : `${TABLE}.block_id = packed.old_block AND ${TABLE}.block_index = packed.old_index AND ${TABLE}.snapshot = ''`;
  // Negative for a moment: where a key changes the row leaves its page, and pages that became empty are merged.
  const move = moves ? `id = -${TABLE}.id, ` : '';
  const text = `WITH packed (id, place, bytes, old_block, old_index, digest) AS (VALUES ${steps.map(() => PLACES).join(', ')})
    UPDATE ${TABLE} SET ${move}snapshot = '', block_id = ?, block_index = packed.place, bytes = packed.bytes
    FROM packed WHERE ${TABLE}.id = packed.id AND ${isSame}`;
  return { text, values: [...values, block] };
}

function deleteOf(blocks: readonly number[]): Query {
  const text = `DELETE FROM snapshot_blocks WHERE id IN (${placesOf(blocks)})
    AND NOT EXISTS (SELECT 1 FROM ${TABLE} WHERE block_id = snapshot_blocks.id AND snapshot = '')`;
  return { text, values: blocks };
}
