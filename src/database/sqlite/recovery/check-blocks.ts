import type { Database as SqliteHandle } from 'better-sqlite3';
import { DamagedBlock, openBlockSync } from '../../../columns/index.js';
import type { SnapshotBlock } from '../../blocks/block.entity.js';
import { HAS_NO_TEXT, IS_PACKED } from '../../blocks/read-block.js';

/** So many blocks are named; there may be thousands. */
const MAX_NAMED = 20;

/** Opens every block of packed snapshots, and looks whether every packed snapshot has its text in one. */
export function checkBlocks(handle: SqliteHandle): string[] {
  const damaged = damagedBlocks(handle);
  const lost = Number(
    handle.prepare(`SELECT count(*) FROM cluster_snapshots WHERE ${HAS_NO_TEXT}`).pluck().get(),
  );
  return [
    ...damaged.slice(0, MAX_NAMED).map(({ id, why }) => describe(handle, id, why)),
    ...(damaged.length > MAX_NAMED
      ? [`snapshot_blocks: ${damaged.length - MAX_NAMED} more are damaged`]
      : []),
    ...(lost > 0
      ? [`cluster_snapshots: snapshots whose block is not there, or has no such text: ${lost}`]
      : []),
  ];
}

function damagedBlocks(handle: SqliteHandle): { id: number; why: string }[] {
  const all = handle.prepare<[], SnapshotBlock>('SELECT id, count, digest, body FROM snapshot_blocks');
  const damaged = [];
  for (const block of all.iterate()) {
    const why = damageOf(block);
    if (why !== undefined) damaged.push({ id: block.id, why });
  }
  return damaged;
}

function damageOf(block: SnapshotBlock): string | undefined {
  try {
    const { count } = openBlockSync(block);
    return count === block.count ? undefined : `it has ${count} texts instead of ${block.count}`;
  } catch (error) {
    if (error instanceof DamagedBlock) return error.message;
    throw error;
  }
}

function describe(handle: SqliteHandle, id: number, why: string): string {
  const ofBlock = handle.prepare<[number], { rows: number; first: string | null; last: string | null }>(
    `SELECT count(*) AS rows, min("timestamp") AS first, max("timestamp") AS last FROM cluster_snapshots
     WHERE block_id = ? AND ${IS_PACKED}`,
  );
  const { rows = 0, first, last } = ofBlock.get(id) ?? {};
  const span = rows > 0 ? `, with ${rows} snapshots from ${first ?? '?'} to ${last ?? '?'}` : '';
  return `snapshot_blocks: block ${id}${span}: ${why}`;
}
