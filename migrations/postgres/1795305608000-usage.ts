import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What conversations used, as in SQLite. The service maintains it itself. What other programs write is noted with the rows,
 * where nobody waits for anybody, and added when they commit: by then they have the position of the feed, as the service has
 * when it writes here.
 */
export class Usage1795305608000 implements MigrationInterface {
  readonly name = 'Usage1795305608000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [TABLE, CHANGES, FILL]) await runner.query(statement);
    if (!(await hasTriggers(runner))) return;
    const [row] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as {
      schema: string;
    }[];
    for (const body of [NOTE, APPLY]) await runner.query(functionOf(body, row?.schema ?? 'public'));
    for (const trigger of TRIGGERS) await runner.query(trigger);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of USAGE_FUNCTIONS) await runner.query(`DROP FUNCTION IF EXISTS "${name}"() CASCADE`);
    await runner.query('DROP TABLE "conversation_usage_changes"');
    await runner.query('DROP TABLE "conversation_usage"');
  }
}

const COLUMNS = [
  '"began_at" text COLLATE "C" NOT NULL',
  '"model" text COLLATE "C" NOT NULL',
  '"message_count" bigint NOT NULL',
  '"tokens_used" bigint NOT NULL',
  '"input_tokens" bigint NOT NULL',
  '"output_tokens" bigint NOT NULL',
  '"cost" bigint NOT NULL',
].join(', ');
const TABLE = `CREATE TABLE "conversation_usage" (${COLUMNS}, PRIMARY KEY ("began_at", "model"))`;
/** Nobody sees a row of it that another transaction wrote, because each takes its own out again before it commits. */
const CHANGES = `CREATE TABLE "conversation_usage_changes" (${COLUMNS})`;

/** The functions that note what other programs write are there only where the engine has deferrable triggers. */
async function hasTriggers(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query(`SELECT count(*)::int AS count FROM pg_proc
    WHERE proname = 'feed_note' AND pronamespace = current_schema()::regnamespace`)) as { count: number }[];
  return (row?.count ?? 0) > 0;
}

const key = (row: string): string => {
  const minute = `substr(${row}"timestamp", 15, 2)`;
  const quarter = `CASE WHEN ${minute} < '15' THEN '00' WHEN ${minute} < '30' THEN '15' WHEN ${minute} < '45' THEN '30' ELSE '45' END`;
  return `substr(${row}"timestamp", 1, 14) || ${quarter} || ':00.000Z', substr(COALESCE(${row}model, ''), 1, 255)`;
};

/** An absurd amount counts as the most that one message can have, so that no sum overflows. */
const bounded = (value: string, most = '10000000000000'): string =>
  `CASE WHEN ${value} > ${most} THEN ${most} WHEN ${value} > 0 THEN ${value} ELSE 0 END`;
/** In billionths of a dollar, as a whole number: what was added can be subtracted again to the last digit. */
const amounts = (row: string): readonly string[] => [
  '1',
  bounded(`COALESCE(${row}tokens_used, COALESCE(${row}input_tokens, 0) + COALESCE(${row}output_tokens, 0))`),
  bounded(`COALESCE(${row}input_tokens, 0)`),
  bounded(`COALESCE(${row}output_tokens, 0)`),
  `CAST(round((${bounded(`COALESCE(${row}cost_usd, 0)`, '10000')}) * 1e9) AS bigint)`,
];
const SUMS = ['message_count', 'tokens_used', 'input_tokens', 'output_tokens', 'cost'];
const NAMES = ['began_at', 'model', ...SUMS].join(', ');

const FILL = `INSERT INTO conversation_usage (${NAMES})
  SELECT ${key('')}, ${amounts('')
    .map((amount) => `sum(${amount})`)
    .join(', ')} FROM conversations GROUP BY 1, 2`;

/** Of the triggers. */
export const USAGE_FUNCTIONS = ['conversation_usage_note', 'conversation_usage_apply'];

/** They run with the rights of their owner, and find names where he has put them. */
function functionOf({ name, body }: { name: string; body: string }, schema: string): string {
  return `CREATE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, ${schema}, pg_temp AS $function$${body}$function$`;
}

const negative = (row: string): string =>
  amounts(row)
    .map((amount) => `-(${amount})`)
    .join(', ');

/** The setting says that there is something to add; it ends with the transaction, and goes back with its savepoints. */
const NOTE = {
  name: 'conversation_usage_note',
  body: `
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM conversation_usage;
    DELETE FROM conversation_usage_changes;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO conversation_usage_changes (${NAMES}) VALUES (${key('OLD.')}, ${negative('OLD.')});
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO conversation_usage_changes (${NAMES}) VALUES (${key('NEW.')}, ${amounts('NEW.').join(', ')});
  END IF;
  PERFORM set_config('jarvis_memory.used', 'on', true);
  RETURN NULL;
END`,
};

/** Once a transaction: the first of many messages already finds the changes of all. */
const APPLY = {
  name: 'conversation_usage_apply',
  body: `
DECLARE
  emptied record;
BEGIN
  IF current_setting('jarvis_memory.used', true) IS DISTINCT FROM 'on' THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('jarvis_memory.used', '', true);
  FOR emptied IN
    WITH taken AS (
      DELETE FROM conversation_usage_changes RETURNING *
    ), added AS (
      INSERT INTO conversation_usage AS kept (${NAMES})
      SELECT began_at, model, ${SUMS.map((sum) => `sum(${sum})`).join(', ')} FROM taken
      GROUP BY began_at, model ORDER BY began_at, model
      ON CONFLICT (began_at, model) DO UPDATE SET
        ${SUMS.map((sum) => `${sum} = kept.${sum} + excluded.${sum}`).join(', ')}
      RETURNING kept.began_at, kept.model, kept.message_count
    )
    SELECT began_at, model FROM added WHERE message_count = 0
  LOOP
    DELETE FROM conversation_usage AS kept
    WHERE (kept.began_at, kept.model) = (emptied.began_at, emptied.model);
  END LOOP;
  RETURN NULL;
END`,
};

const IS_OTHER_PROGRAM = `WHEN (current_setting('jarvis_memory.unit', true) IS DISTINCT FROM 'on')`;
/** Triggers fire by name: what is noted comes before what is added, and the position of the feed before both. */
const TRIGGERS = [
  `CREATE TRIGGER "usage_noted" AFTER INSERT OR UPDATE OR DELETE ON "conversations"
    FOR EACH ROW ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "conversation_usage_note"()`,
  `CREATE TRIGGER "usage_of_truncation" AFTER TRUNCATE ON "conversations"
    FOR EACH STATEMENT ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "conversation_usage_note"()`,
  `CREATE CONSTRAINT TRIGGER "usage_of_other_programs" AFTER INSERT OR UPDATE OR DELETE ON "conversations"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "conversation_usage_apply"()`,
];
