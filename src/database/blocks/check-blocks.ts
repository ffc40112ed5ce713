import { DamagedBlock, openBlockSync } from '../../columns/index.js';
import type { Query } from '../query.js';
import type { SnapshotBlock } from './block.entity.js';
import { SNAPSHOT_BLOCKS } from './block.table.js';
import { HAS_NO_TEXT, IS_PACKED } from './read-block.js';

/** So many blocks are named; there may be thousands. */
const MAX_NAMED = 20;
/** So many are read at a time: each may have some megabytes. */
const PAGE_BLOCKS = 16;
const { name: TABLE } = SNAPSHOT_BLOCKS;

/** Asks a database, of whichever engine. */
export type Ask = <Row extends object>(query: Query) => Promise<readonly Row[]>;

/**
 * Opens every block of packed snapshots, and looks whether every packed snapshot has its text in one.
 * @returns what is wrong.
 */
export async function checkBlocks(ask: Ask): Promise<string[]> {
  const damaged = await damagedBlocks(ask);
  const named: string[] = [];
  for (const { id, why } of damaged.slice(0, MAX_NAMED)) named.push(await describe(ask, id, why));
  const [lost] = await ask<{ rows: number }>({
    text: `SELECT count(*) AS "rows" FROM cluster_snapshots WHERE ${HAS_NO_TEXT}`,
    values: [],
  });
  return [
    ...named,
    ...(damaged.length > MAX_NAMED ? [`${TABLE}: ${damaged.length - MAX_NAMED} more are damaged`] : []),
    ...(Number(lost?.rows) > 0
      ? [`cluster_snapshots: snapshots whose block is not there, or has no such text: ${lost?.rows ?? 0}`]
      : []),
  ];
}

async function damagedBlocks(ask: Ask): Promise<{ id: number; why: string }[]> {
  const text = `SELECT id, count, digest, body FROM ${TABLE} WHERE id > ? ORDER BY id LIMIT ${PAGE_BLOCKS}`;
  const damaged: { id: number; why: string }[] = [];
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const blocks = await ask<SnapshotBlock>({ text, values: [after] });
    for (const block of blocks) {
      const why = damageOf(block);
      if (why !== undefined) damaged.push({ id: Number(block.id), why });
    }
    if (blocks.length < PAGE_BLOCKS) return damaged;
    after = Number(blocks.at(-1)?.id);
  }
}

function damageOf(block: SnapshotBlock): string | undefined {
  try {
    const { count } = openBlockSync(block);
    return count === Number(block.count) ? undefined : `it has ${count} texts instead of ${block.count}`;
  } catch (error) {
    if (error instanceof DamagedBlock) return error.message;
    throw error;
  }
}

async function describe(ask: Ask, id: number, why: string): Promise<string> {
  const [found] = await ask<{ rows: number; first: string | null; last: string | null }>({
    text: `SELECT count(*) AS "rows", min("timestamp") AS "first", max("timestamp") AS "last" FROM cluster_snapshots
      WHERE block_id = ? AND ${IS_PACKED}`,
    values: [id],
  });
  const { rows = 0, first, last } = found ?? {};
  const span = Number(rows) > 0 ? `, with ${rows} snapshots from ${first ?? '?'} to ${last ?? '?'}` : '';
  return `${TABLE}: block ${id}${span}: ${why}`;
}
