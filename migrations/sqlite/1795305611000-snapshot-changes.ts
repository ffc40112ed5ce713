import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What changed from each snapshot to the next, in lines. Snapshots wait in a queue for the comparison; triggers fill it,
 * whichever program writes: where a snapshot comes, goes or moves, the one after it is compared again.
 */
export class SnapshotChanges1795305611000 implements MigrationInterface {
  readonly name = 'SnapshotChanges1795305611000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [CHANGES, BY_TIME, QUEUE, FILL, ...TRIGGERS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const event of ['replace', 'insert', 'update', 'delete']) {
      await runner.query(`DROP TRIGGER "snapshots_to_compare_on_${event}"`);
    }
    await runner.query('DROP TABLE "snapshots_to_compare"');
    await runner.query('DROP TABLE "snapshot_changes"');
  }
}

const CHANGES = `CREATE TABLE "snapshot_changes" (
  "snapshot_id" integer PRIMARY KEY NOT NULL,
  "timestamp" text NOT NULL,
  "lines" text NOT NULL
)`;
const BY_TIME = `CREATE INDEX "snapshot_changes_by_time" ON "snapshot_changes" ("timestamp", "snapshot_id")`;
const QUEUE = `CREATE TABLE "snapshots_to_compare" (
  "timestamp" text NOT NULL,
  "id" integer NOT NULL,
  PRIMARY KEY ("timestamp", "id")
) WITHOUT ROWID`;
const FILL = `INSERT INTO "snapshots_to_compare" ("timestamp", "id")
  SELECT "timestamp", "id" FROM "cluster_snapshots" ORDER BY "timestamp", "id"`;

// No `INSERT OR IGNORE`: the conflict clause of the statement that fires a trigger replaces those inside it.
const ENQUEUE = `
  INSERT INTO snapshots_to_compare ("timestamp", id) VALUES (NEW."timestamp", NEW.id)
  ON CONFLICT ("timestamp", id) DO NOTHING;`;
const ENQUEUE_NEXT = `
  INSERT INTO snapshots_to_compare ("timestamp", id)
  SELECT "timestamp", id FROM cluster_snapshots WHERE ("timestamp", id) > (OLD."timestamp", OLD.id)
  ORDER BY "timestamp", id LIMIT 1
  ON CONFLICT ("timestamp", id) DO NOTHING;`;
const FORGET = `
  DELETE FROM snapshots_to_compare WHERE ("timestamp", id) = (OLD."timestamp", OLD.id);
  DELETE FROM snapshot_changes WHERE snapshot_id = OLD.id;`;

/** `INSERT OR REPLACE` deletes a row, for which no other trigger fires. */
const ENQUEUE_REPLACED = `
  INSERT INTO snapshots_to_compare ("timestamp", id)
  SELECT "timestamp", id FROM cluster_snapshots WHERE id = NEW.id
  ON CONFLICT ("timestamp", id) DO NOTHING;
  INSERT INTO snapshots_to_compare ("timestamp", id)
  SELECT "timestamp", id FROM cluster_snapshots
  WHERE ("timestamp", id) > (SELECT "timestamp", id FROM cluster_snapshots WHERE id = NEW.id)
  ORDER BY "timestamp", id LIMIT 1
  ON CONFLICT ("timestamp", id) DO NOTHING;`;

/** A text that goes to a block is still the same, and its row has another block then; packing negates ids for a moment. */
const TRIGGERS = [
  `CREATE TRIGGER "snapshots_to_compare_on_replace" BEFORE INSERT ON "cluster_snapshots"
    WHEN EXISTS (SELECT 1 FROM cluster_snapshots WHERE id = NEW.id) BEGIN ${ENQUEUE_REPLACED} END`,
  `CREATE TRIGGER "snapshots_to_compare_on_insert" AFTER INSERT ON "cluster_snapshots" BEGIN ${ENQUEUE} END`,
  `CREATE TRIGGER "snapshots_to_compare_on_update" AFTER UPDATE OF "id", "timestamp", "snapshot" ON "cluster_snapshots"
    WHEN (OLD.snapshot <> NEW.snapshot AND OLD.block_id IS NEW.block_id)
      OR (OLD."timestamp", abs(OLD.id)) <> (NEW."timestamp", abs(NEW.id))
    BEGIN ${FORGET} ${ENQUEUE_NEXT} ${ENQUEUE} END`,
  `CREATE TRIGGER "snapshots_to_compare_on_delete" AFTER DELETE ON "cluster_snapshots" BEGIN ${FORGET} ${ENQUEUE_NEXT} END`,
];
