import { Buffer } from 'node:buffer';
import { openBlockSync } from '../dist/src/columns/index.js';

/** Of one statement, because the service packs snapshots meanwhile. */
const WITH_BLOCKS = `SELECT cluster_snapshots.*, block.body, block.digest FROM cluster_snapshots
  LEFT JOIN snapshot_blocks AS block ON block.id = cluster_snapshots.block_id`;

/**
 * Reads rows as they were written: the texts of snapshots may be packed.
 * @param condition on their ids.
 */
export async function readRows(database, table, condition, values) {
  if (table !== 'cluster_snapshots') {
    return database.all(`SELECT * FROM ${table} WHERE ${condition} ORDER BY id`, values);
  }
  const rows = await database.all(
    `${WITH_BLOCKS} WHERE cluster_snapshots.${condition} ORDER BY cluster_snapshots.id`,
    values,
  );
  const blocks = new Map();
  return rows.map(({ body, digest, block_id, block_index, bytes, ...row }) => {
    if (row.snapshot !== '' || block_id === null) return row;
    if (!blocks.has(block_id)) blocks.set(block_id, body && openBlockSync({ body, digest }));
    const snapshot = blocks.get(block_id)?.textAt(block_index);
    return Buffer.byteLength(snapshot ?? '') === bytes ? { ...row, snapshot } : row;
  });
}
