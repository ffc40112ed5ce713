import type { MigrationInterface, QueryRunner } from 'typeorm';
import { unpackSnapshots } from '../unpack-snapshots.js';

/**
 * Blocks, which hold the texts of many snapshots packed together. The text of a packed snapshot is empty, since its column is
 * NOT NULL, and its row names the block, the index in it and the size of the text. The service packs rows when this has
 * run, some at a time; none is touched here.
 */
export class SnapshotBlocks1795305610000 implements MigrationInterface {
  readonly name = 'SnapshotBlocks1795305610000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(BLOCKS);
    for (const column of COLUMNS) {
      await runner.query(`ALTER TABLE "cluster_snapshots" ADD COLUMN "${column}" integer`);
    }
    await runner.query(`CREATE INDEX "${INDEX}" ON cluster_snapshots ("block_id", "id")`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await unpackSnapshots(runner, 'UPDATE cluster_snapshots SET snapshot = ? WHERE id = ?');
    await runner.query(`DROP INDEX "${INDEX}"`);
    for (const column of COLUMNS) {
      await runner.query(`ALTER TABLE "cluster_snapshots" DROP COLUMN "${column}"`);
    }
    await runner.query('DROP TABLE "snapshot_blocks"');
  }
}

const COLUMNS = ['block_id', 'block_index', 'bytes'];
/** Of the rows that are not packed it has those without a block, in order of arrival. */
const INDEX = 'cluster_snapshots_by_block';

/** Ids are never given out again: whoever has read a row may look for its block a moment later. */
const BLOCKS = `CREATE TABLE "snapshot_blocks" (
  "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "count" integer NOT NULL,
  "digest" text NOT NULL,
  "body" blob NOT NULL
)`;
