import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The change feed, as in SQLite. Where the engine has deferrable triggers, it also learns what other programs write: such a
 * transaction takes one position when it commits, and its sessions are counted again. The transactions of the service set
 * `jarvis_memory.unit`, and do both themselves.
 */
export class ChangeFeed1795305606000 implements MigrationInterface {
  readonly name = 'ChangeFeed1795305606000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [HEAD, TOPICS, CHANGES, FIRST_HEAD]) await runner.query(statement);
    if (await hasDeferrableTriggers(runner)) await createTriggers(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasDeferrableTriggers(runner)) {
      for (const name of FUNCTIONS) await runner.query(`DROP FUNCTION "${name}"() CASCADE`);
    }
    for (const table of ['feed_changes', 'feed_topics', 'feed_head']) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

const HEAD = `CREATE TABLE "feed_head" (
  "id" bigint PRIMARY KEY,
  "identity" text COLLATE "C" NOT NULL,
  "position" bigint NOT NULL
)`;
const FIRST_HEAD = `INSERT INTO "feed_head" ("id", "identity", "position")
  VALUES (1, replace(gen_random_uuid()::text, '-', ''), 0)`;
const TOPICS = `CREATE TABLE "feed_topics" (
  "topic" text COLLATE "C" PRIMARY KEY,
  "position" bigint NOT NULL
)`;
const CHANGES = `CREATE TABLE "feed_changes" (
  "position" bigint NOT NULL,
  "number" bigint NOT NULL,
  "topic" text COLLATE "C" NOT NULL,
  "kind" text COLLATE "C" NOT NULL,
  "ids" text COLLATE "C" NOT NULL,
  "is_complete" boolean NOT NULL,
  "committed_at" text COLLATE "C" NOT NULL,
  PRIMARY KEY ("position", "number")
)`;

/** CockroachDB and YugabyteDB name themselves in their version, and have no constraint triggers. */
async function hasDeferrableTriggers(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('SELECT version() AS version')) as { version: string }[];
  return !/CockroachDB|-YB-/.test(row?.version ?? '');
}

const WATCHED = [
  'events',
  'conversations',
  'cluster_snapshots',
  'preferences',
  'conversation_sessions',
  'api_keys',
  'revoked_tokens',
];
/** Of the triggers. */
export const FUNCTIONS = ['feed_note', 'conversation_sessions_recount', 'conversation_sessions_forget'];

async function createTriggers(runner: QueryRunner): Promise<void> {
  const [row] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as {
    schema: string;
  }[];
  const schema = row?.schema ?? 'public';
  for (const body of [NOTE, RECOUNT, FORGET]) await runner.query(functionOf(body, schema));
  for (const table of WATCHED) {
    await runner.query(onRows('feed_of_other_programs', table, 'feed_note'));
    await runner.query(onTruncate('feed_of_truncation', table, 'feed_note'));
  }
  // Triggers fire by name: the position is taken first, so that two programs wait for it before they hold a session.
  await runner.query(onRows('sessions_of_other_programs', 'conversations', 'conversation_sessions_recount'));
  await runner.query(onTruncate('sessions_of_truncation', 'conversations', 'conversation_sessions_recount'));
  await runner.query(BEFORE_STATEMENT);
}

const IS_OTHER_PROGRAM = `WHEN (current_setting('jarvis_memory.unit', true) IS DISTINCT FROM 'on')`;

function onRows(name: string, table: string, run: string): string {
  return `CREATE CONSTRAINT TRIGGER "${name}" AFTER INSERT OR UPDATE OR DELETE ON "${table}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "${run}"()`;
}

function onTruncate(name: string, table: string, run: string): string {
  return `CREATE TRIGGER "${name}" AFTER TRUNCATE ON "${table}"
    FOR EACH STATEMENT ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "${run}"()`;
}

/**
 * A program that may write rows need not have rights on the feed: the functions run with those of their owner, and find
 * names where he has put them, whatever the program's search path is.
 */
function functionOf({ name, body }: { name: string; body: string }, schema: string): string {
  return `CREATE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, ${schema}, pg_temp AS $function$${body}$function$`;
}

/** Once a transaction. Listeners learn of a change without the notification as well, only later. */
const NOTE = {
  name: 'feed_note',
  body: `
DECLARE
  taken bigint;
BEGIN
  IF current_setting('jarvis_memory.noted', true) = 'on' THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('jarvis_memory.noted', 'on', true);
  UPDATE feed_head SET position = feed_head.position + 1 WHERE id = 1 RETURNING feed_head.position INTO taken;
  INSERT INTO feed_changes (position, number, topic, kind, ids, is_complete, committed_at)
  VALUES (taken, 1, '*', 'unknown', '[]', false,
    to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
  INSERT INTO feed_topics (topic, position) VALUES ('*', taken)
  ON CONFLICT (topic) DO UPDATE SET position = excluded.position;
  BEGIN
    PERFORM pg_notify('jarvis_memory', taken::text);
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
  RETURN NULL;
END`,
};

/**
 * Once a session and transaction: the first of many messages already sees them all. The sessions that are done are kept in
 * a setting of the transaction, as JSON texts, which contain no line break, each between line breaks.
 */
const RECOUNT = {
  name: 'conversation_sessions_recount',
  body: `
DECLARE
  done text := coalesce(current_setting('jarvis_memory.recounted', true), '');
  mark text;
  session text;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM conversation_sessions;
    RETURN NULL;
  END IF;
  FOR session IN
    SELECT DISTINCT touched.id FROM unnest(ARRAY[OLD.session_id, NEW.session_id]) AS touched (id)
    WHERE touched.id IS NOT NULL ORDER BY touched.id
  LOOP
    mark := E'\\n' || to_json(session)::text || E'\\n';
    CONTINUE WHEN strpos(done, mark) > 0;
    done := done || mark;
    INSERT INTO conversation_sessions AS kept
      (session_id, first_message_at, last_message_at, message_count, tokens_used)
    SELECT session_id, min("timestamp"), max("timestamp"), count(*),
      sum(coalesce(tokens_used, coalesce(input_tokens, 0) + coalesce(output_tokens, 0)))
    FROM conversations WHERE session_id = session GROUP BY session_id
    ON CONFLICT (session_id) DO UPDATE SET
      first_message_at = excluded.first_message_at,
      last_message_at = excluded.last_message_at,
      message_count = excluded.message_count,
      tokens_used = excluded.tokens_used;
    IF NOT FOUND THEN
      DELETE FROM conversation_sessions WHERE session_id = session;
    END IF;
    PERFORM set_config('jarvis_memory.recounted', done, true);
  END LOOP;
  RETURN NULL;
END`,
};

/** After `SET CONSTRAINTS ALL IMMEDIATE` more messages may follow a count, whose sessions are then counted again. */
const FORGET = {
  name: 'conversation_sessions_forget',
  body: `
BEGIN
  PERFORM set_config('jarvis_memory.recounted', '', true);
  RETURN NULL;
END`,
};
const BEFORE_STATEMENT = `CREATE TRIGGER "sessions_forget" BEFORE INSERT OR UPDATE OR DELETE ON "conversations"
  FOR EACH STATEMENT WHEN (current_setting('jarvis_memory.recounted', true) <> '')
  EXECUTE FUNCTION "conversation_sessions_forget"()`;
