import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The values that preferences had, so that it can be asked what held at a moment. Triggers keep them in the transaction of
 * the change, whichever program makes it. The newest row of a key always says what the table of preferences says.
 */
export class PreferenceHistory1795305613000 implements MigrationInterface {
  readonly name = 'PreferenceHistory1795305613000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [TABLE, BY_KEY, BY_TIME, FILL, ON_INSERT, ON_UPDATE, ON_DELETE])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const event of ['insert', 'update', 'delete'])
      await runner.query(`DROP TRIGGER "preference_history_on_${event}"`);
    await runner.query('DROP TABLE "preference_history"');
  }
}

const TABLE = `CREATE TABLE "preference_history" (
  "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "key" text NOT NULL,
  "value" text,
  "changed_at" text NOT NULL
)`;
const BY_KEY = 'CREATE INDEX "preference_history_by_key" ON "preference_history" ("key", "changed_at", "id")';
const BY_TIME = 'CREATE INDEX "preference_history_by_time" ON "preference_history" ("changed_at", "id")';

const NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')";
/** Another program may write the time in any form; then it was set now. */
const setAt = (row: string): string =>
  `CASE WHEN ${row}updated_at LIKE '____-__-__T__:__:__.___Z' THEN ${row}updated_at ELSE ${NOW} END`;

const FILL = `INSERT INTO preference_history ("key", value, changed_at)
  SELECT "key", value, ${setAt('')} FROM preferences ORDER BY "key"`;

/**
 * Notes a value, unless it is the one that the key has by its history: it is set again to the same, or an import brought
 * its history along. Where the clock went backwards, the change counts as made at the time of the one before it.
 */
const note = (key: string, value: string, at: string): string => `
  UPDATE preference_history SET changed_at = ${NOW} WHERE "key" = ${key} AND changed_at > ${NOW};
  INSERT INTO preference_history ("key", value, changed_at)
  SELECT ${key}, ${value}, max(min(${at}, ${NOW}), COALESCE((SELECT max(changed_at) FROM preference_history WHERE "key" = ${key}), ''))
  WHERE NOT EXISTS (
    SELECT 1 FROM (SELECT value AS last FROM preference_history WHERE "key" = ${key} ORDER BY changed_at DESC, id DESC LIMIT 1)
    WHERE last IS ${value});`;

const NOTE_NEW = note('NEW."key"', 'NEW.value', setAt('NEW.'));
const NOTE_OLD = note('OLD."key"', 'NULL', NOW);
const ON_INSERT = `CREATE TRIGGER "preference_history_on_insert" AFTER INSERT ON "preferences" BEGIN ${NOTE_NEW}
END`;
/** The key is another one only where another program changed it. */
const ON_UPDATE = `CREATE TRIGGER "preference_history_on_update" AFTER UPDATE ON "preferences" BEGIN
  ${NOTE_OLD.replace(/;$/, ' AND OLD."key" <> NEW."key";')} ${NOTE_NEW}
END`;
const ON_DELETE = `CREATE TRIGGER "preference_history_on_delete" AFTER DELETE ON "preferences" BEGIN ${NOTE_OLD}
END`;
