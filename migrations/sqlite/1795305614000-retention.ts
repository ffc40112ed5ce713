import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an owner wants forgotten, what was forgotten by it, and how the memory grew. */
export class Retention1795305614000 implements MigrationInterface {
  readonly name = 'Retention1795305614000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [SETTINGS, FORGOTTEN, BY_TIME, SAMPLES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['storage_samples', 'forgotten_ranges', 'retention_settings']) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

const SETTINGS = `CREATE TABLE "retention_settings" (
  "name" text PRIMARY KEY NOT NULL,
  "value" text NOT NULL,
  "updated_at" text NOT NULL
)`;

/** A range of rows among which some were forgotten; of sessions, which have no numbers, with their fingerprints. */
const FORGOTTEN = `CREATE TABLE "forgotten_ranges" (
  "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "kind" text NOT NULL,
  "rule" text NOT NULL,
  "from" text NOT NULL,
  "until" text NOT NULL,
  "first_id" integer NOT NULL,
  "last_id" integer NOT NULL,
  "since" text NOT NULL,
  "at" text NOT NULL,
  "rows" integer NOT NULL,
  "keys" text NOT NULL
)`;
const BY_TIME = `CREATE INDEX "forgotten_ranges_by_time" ON "forgotten_ranges" ("kind", "until", "id")`;

const SAMPLES = `CREATE TABLE "storage_samples" (
  "at" text PRIMARY KEY NOT NULL,
  "row_bytes" integer NOT NULL,
  "index_bytes" integer NOT NULL,
  "block_bytes" integer NOT NULL,
  "written_bytes" integer
)`;
