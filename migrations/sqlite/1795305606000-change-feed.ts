import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The change feed: one position for the whole database, the position of the last change of each topic, and the latest
 * changes. A random identity tells this database from its copies, whose positions may run backwards.
 */
export class ChangeFeed1795305606000 implements MigrationInterface {
  readonly name = 'ChangeFeed1795305606000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [HEAD, TOPICS, CHANGES, FIRST_HEAD]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['feed_changes', 'feed_topics', 'feed_head']) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

const HEAD = `CREATE TABLE "feed_head" (
  "id" integer PRIMARY KEY NOT NULL,
  "identity" text NOT NULL,
  "position" integer NOT NULL
)`;
const FIRST_HEAD = `INSERT INTO "feed_head" ("id", "identity", "position")
  VALUES (1, lower(hex(randomblob(16))), 0)`;

/** Without a row id, a row is written to one B-tree instead of two: every group of writes pays for it. */
const TOPICS = `CREATE TABLE "feed_topics" (
  "topic" text PRIMARY KEY NOT NULL,
  "position" integer NOT NULL
) WITHOUT ROWID`;
const CHANGES = `CREATE TABLE "feed_changes" (
  "position" integer NOT NULL,
  "number" integer NOT NULL,
  "topic" text NOT NULL,
  "kind" text NOT NULL,
  "ids" text NOT NULL,
  "is_complete" boolean NOT NULL,
  "committed_at" text NOT NULL,
  PRIMARY KEY ("position", "number")
) WITHOUT ROWID`;
