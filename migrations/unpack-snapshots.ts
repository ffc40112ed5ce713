import type { QueryRunner } from 'typeorm';
import { openBlock, type StoredBlock } from '../src/columns/index.js';

/**
 * Puts the text of every packed snapshot back into its row.
 * @param update sets the text of a row: its parameters are the text and the id.
 * @throws Error where a block is damaged; nothing is lost, because the transaction of the migration is undone.
 */
export async function unpackSnapshots(runner: QueryRunner, update: string): Promise<void> {
  const lost =
    (await runner.query(`SELECT id FROM cluster_snapshots AS packed WHERE snapshot = '' AND block_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM snapshot_blocks WHERE id = packed.block_id) LIMIT 1`)) as { id: number }[];
  if (lost[0]) {
    throw new Error(
      `The block of snapshot ${lost[0].id} is not there: restore a backup, or delete the snapshot, and try again.`,
    );
  }
  const blocks = (await runner.query('SELECT id FROM snapshot_blocks ORDER BY id')) as { id: number }[];
  for (const { id } of blocks) {
    const [stored] = (await runner.query(
      `SELECT body, digest FROM snapshot_blocks WHERE id = ${Number(id)}`,
    )) as [StoredBlock];
    const rows = (await runner.query(
      `SELECT id, block_index FROM cluster_snapshots WHERE block_id = ${Number(id)} AND snapshot = ''`,
    )) as { id: number; block_index: number }[];
    if (rows.length === 0) continue;
    const block = await openBlock(stored).catch((cause: unknown) => {
      const message = `Block ${id} of the snapshots is damaged: restore a backup, or delete its snapshots, and try again.`;
      throw new Error(message, { cause });
    });
    for (const row of rows) await runner.query(update, [block.textAt(Number(row.block_index)), row.id]);
  }
}
