import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What changed from each snapshot to the next, as in SQLite. The triggers work for the service and for other programs. */
export class SnapshotChanges1795305611000 implements MigrationInterface {
  readonly name = 'SnapshotChanges1795305611000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [CHANGES, BY_TIME, QUEUE, FILL]) await runner.query(statement);
    if (await hasTriggers(runner)) await createTriggers(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasTriggers(runner)) {
      for (const name of COMPARISON_FUNCTIONS) await runner.query(`DROP FUNCTION "${name}"() CASCADE`);
    }
    await runner.query('DROP TABLE "snapshots_to_compare"');
    await runner.query('DROP TABLE "snapshot_changes"');
  }
}

/** Of the triggers. */
export const COMPARISON_FUNCTIONS = [
  'comparison_of_added',
  'comparison_of_updated',
  'comparison_of_deleted',
  'comparison_of_none',
];

const CHANGES = `CREATE TABLE "snapshot_changes" (
  "snapshot_id" bigint PRIMARY KEY,
  "timestamp" text COLLATE "C" NOT NULL,
  "lines" text COLLATE "C" NOT NULL
)`;
const BY_TIME = `CREATE INDEX "snapshot_changes_by_time" ON "snapshot_changes" ("timestamp", "snapshot_id")`;
const QUEUE = `CREATE TABLE "snapshots_to_compare" (
  "timestamp" text COLLATE "C" NOT NULL,
  "id" bigint NOT NULL,
  PRIMARY KEY ("timestamp", "id")
)`;
const FILL = `INSERT INTO "snapshots_to_compare" ("timestamp", "id")
  SELECT "timestamp", "id" FROM "cluster_snapshots"`;

async function hasTriggers(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('SELECT version() AS version')) as { version: string }[];
  return !/CockroachDB|-YB-/.test(row?.version ?? '');
}

async function createTriggers(runner: QueryRunner): Promise<void> {
  const [row] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as {
    schema: string;
  }[];
  const schema = row?.schema ?? 'public';
  const bodies = [ADDED, UPDATED, DELETED, NONE];
  for (const [index, name] of COMPARISON_FUNCTIONS.entries()) {
    await runner.query(`CREATE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, ${schema}, pg_temp AS $function$
      BEGIN ${bodies[index] ?? ''} RETURN NULL; END $function$`);
  }
  for (const trigger of TRIGGERS) await runner.query(trigger);
}

const enqueue = (rows: string): string => `
  INSERT INTO snapshots_to_compare ("timestamp", id) ${rows} ON CONFLICT DO NOTHING;`;
const nextOf = (timestamp: string, id: string): string => `
  SELECT "timestamp", id FROM cluster_snapshots WHERE ("timestamp", id) > (${timestamp}, ${id})
  ORDER BY "timestamp", id LIMIT 1`;

const ADDED = enqueue('SELECT "timestamp", id FROM added ORDER BY 1, 2');
const UPDATED = `
  DELETE FROM snapshots_to_compare WHERE ("timestamp", id) = (OLD."timestamp", OLD.id);
  DELETE FROM snapshot_changes WHERE snapshot_id = OLD.id;
  ${enqueue(`SELECT * FROM (${nextOf('OLD."timestamp"', 'OLD.id')}) AS next`)}
  ${enqueue('VALUES (NEW."timestamp", NEW.id)')}`;
const DELETED = `
  DELETE FROM snapshots_to_compare USING gone
    WHERE (snapshots_to_compare."timestamp", snapshots_to_compare.id) = (gone."timestamp", gone.id);
  DELETE FROM snapshot_changes WHERE snapshot_id IN (SELECT id FROM gone);
  ${enqueue(`SELECT DISTINCT next."timestamp", next.id FROM gone
    CROSS JOIN LATERAL (${nextOf('gone."timestamp"', 'gone.id')}) AS next ORDER BY 1, 2`)}`;
const NONE = 'DELETE FROM snapshots_to_compare; DELETE FROM snapshot_changes;';

/** A text that goes to a block is still the same, and its row has another block then. */
const TRIGGERS = [
  `CREATE TRIGGER "comparison_of_added" AFTER INSERT ON "cluster_snapshots" REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION "comparison_of_added"()`,
  `CREATE TRIGGER "comparison_of_updated" AFTER UPDATE OF "id", "timestamp", "snapshot" ON "cluster_snapshots"
    FOR EACH ROW WHEN ((OLD.snapshot <> NEW.snapshot AND OLD.block_id IS NOT DISTINCT FROM NEW.block_id)
      OR (OLD."timestamp", abs(OLD.id)) <> (NEW."timestamp", abs(NEW.id)))
    EXECUTE FUNCTION "comparison_of_updated"()`,
  `CREATE TRIGGER "comparison_of_deleted" AFTER DELETE ON "cluster_snapshots" REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION "comparison_of_deleted"()`,
  `CREATE TRIGGER "comparison_of_none" AFTER TRUNCATE ON "cluster_snapshots"
    FOR EACH STATEMENT EXECUTE FUNCTION "comparison_of_none"()`,
];
