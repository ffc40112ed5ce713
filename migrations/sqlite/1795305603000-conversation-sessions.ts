import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row per session, so that the list of sessions needs no aggregation. Triggers maintain it in the transaction of the
 * message, whichever program writes it (this service, an older one, the sqlite3 shell).
 */
export class ConversationSessions1795305603000 implements MigrationInterface {
  readonly name = 'ConversationSessions1795305603000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [TABLE, BY_ID, BY_TIME, FILL, ON_INSERT, ON_DELETE, ON_UPDATE]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const event of ['insert', 'delete', 'update']) {
      await runner.query(`DROP TRIGGER "conversation_sessions_on_${event}"`);
    }
    await runner.query('DROP TABLE "conversation_sessions"');
  }
}

const TABLE = `CREATE TABLE "conversation_sessions" (
  "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "session_id" text NOT NULL,
  "first_message_at" text NOT NULL,
  "last_message_at" text NOT NULL,
  "message_count" integer NOT NULL,
  "tokens_used" integer NOT NULL
)`;
const BY_ID = `CREATE UNIQUE INDEX "conversation_sessions_by_id" ON "conversation_sessions" ("session_id")`;
const BY_TIME = `CREATE INDEX "conversation_sessions_by_time" ON "conversation_sessions" ("last_message_at", "id")`;

/** Tokens of a message: the total where it is known, else input plus output. */
const tokensOf = (row: string): string =>
  `COALESCE(${row}tokens_used, COALESCE(${row}input_tokens, 0) + COALESCE(${row}output_tokens, 0))`;

const COLUMNS = 'session_id, first_message_at, last_message_at, message_count, tokens_used';

const summaryOf = (filter: string): string =>
  `INSERT INTO conversation_sessions (${COLUMNS})
   SELECT session_id, min("timestamp"), max("timestamp"), count(*), sum(${tokensOf('')})
   FROM conversations ${filter} GROUP BY session_id`;

const FILL = `${summaryOf('')} ORDER BY max("timestamp"), min(id)`;

const ON_INSERT = `CREATE TRIGGER "conversation_sessions_on_insert" AFTER INSERT ON "conversations" BEGIN
  INSERT INTO conversation_sessions (${COLUMNS})
  VALUES (NEW.session_id, NEW."timestamp", NEW."timestamp", 1, ${tokensOf('NEW.')})
  ON CONFLICT (session_id) DO UPDATE SET
    first_message_at = min(first_message_at, excluded.first_message_at),
    last_message_at = max(last_message_at, excluded.last_message_at),
    message_count = message_count + 1,
    tokens_used = tokens_used + excluded.tokens_used;
END`;

const recount = (row: string): string => `
  UPDATE conversation_sessions SET
    message_count = (SELECT count(*) FROM conversations WHERE session_id = ${row}.session_id),
    first_message_at = COALESCE(
      (SELECT min("timestamp") FROM conversations WHERE session_id = ${row}.session_id), first_message_at),
    last_message_at = COALESCE(
      (SELECT max("timestamp") FROM conversations WHERE session_id = ${row}.session_id), last_message_at),
    tokens_used = COALESCE(
      (SELECT sum(${tokensOf('')}) FROM conversations WHERE session_id = ${row}.session_id), 0)
  WHERE session_id = ${row}.session_id;
  DELETE FROM conversation_sessions WHERE session_id = ${row}.session_id AND message_count = 0;`;

/** Deleting a whole session removes its row first, which reduces this trigger to a look-up without result. */
const ON_DELETE = `CREATE TRIGGER "conversation_sessions_on_delete" AFTER DELETE ON "conversations"
WHEN EXISTS (SELECT 1 FROM conversation_sessions WHERE session_id = OLD.session_id) BEGIN
  ${recount('OLD')}
END`;

/**
 * An older program may still change a message in place; the move of a message to another session counts as well.
 * No `INSERT OR IGNORE`: the conflict clause of the statement that fires a trigger replaces those inside it.
 */
const ON_UPDATE = `CREATE TRIGGER "conversation_sessions_on_update"
AFTER UPDATE OF session_id, "timestamp", tokens_used, input_tokens, output_tokens ON "conversations" BEGIN
  INSERT INTO conversation_sessions (${COLUMNS})
  SELECT NEW.session_id, NEW."timestamp", NEW."timestamp", 0, 0
  WHERE NOT EXISTS (SELECT 1 FROM conversation_sessions WHERE session_id = NEW.session_id);
  ${recount('OLD')}
  ${recount('NEW')}
END`;
