import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How many events there are, as in SQLite. The service maintains it itself; what other programs write is noted with the
 * rows and added when they commit, as it is for the usage of conversations.
 */
export class EventStatistics1795305612000 implements MigrationInterface {
  readonly name = 'EventStatistics1795305612000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, FILL, ...INDEXES]) await runner.query(statement);
    if (!(await hasTriggers(runner))) return;
    const [row] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as {
      schema: string;
    }[];
    for (const body of [NOTE, APPLY]) await runner.query(functionOf(body, row?.schema ?? 'public'));
    for (const trigger of TRIGGERS) await runner.query(trigger);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of STATISTICS_FUNCTIONS)
      await runner.query(`DROP FUNCTION IF EXISTS "${name}"() CASCADE`);
    for (const index of ['events_by_span', 'events_resolved']) await runner.query(`DROP INDEX "${index}"`);
    for (const table of ['event_counts_changes', 'forgotten_event_counts', 'event_counts']) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

/** Each with the column and the value that it counts; one of every event stands first. */
const COUNTS = [
  { name: 'event_count', column: undefined, value: undefined },
  { name: 'alerts', column: 'type', value: 'alert' },
  { name: 'actions', column: 'type', value: 'action' },
  { name: 'statuses', column: 'type', value: 'status' },
  { name: 'metrics', column: 'type', value: 'metric' },
  { name: 'infos', column: 'severity', value: 'info' },
  { name: 'warnings', column: 'severity', value: 'warning' },
  { name: 'errors', column: 'severity', value: 'error' },
  { name: 'criticals', column: 'severity', value: 'critical' },
  { name: 'from_monitor', column: 'source', value: 'monitor' },
  { name: 'from_user', column: 'source', value: 'user' },
  { name: 'from_jarvis', column: 'source', value: 'jarvis' },
  { name: 'from_system', column: 'source', value: 'system' },
] as const;
const NAMES = ['began_at', 'node', ...COUNTS.map(({ name }) => name)].join(', ');
const ADDED = COUNTS.map(({ name }) => `${name} = kept.${name} + excluded.${name}`).join(', ');

const COLUMNS = [
  '"began_at" text COLLATE "C" NOT NULL',
  '"node" text COLLATE "C" NOT NULL',
  ...COUNTS.map(({ name }) => `"${name}" bigint NOT NULL`),
].join(', ');
const KEY = 'PRIMARY KEY ("began_at", "node")';
const TABLES = [
  `CREATE TABLE "event_counts" (${COLUMNS}, ${KEY})`,
  `CREATE TABLE "forgotten_event_counts" (${COLUMNS}, ${KEY})`,
  // Nobody sees a row of it that another transaction wrote, because each takes its own out again before it commits.
  `CREATE TABLE "event_counts_changes" (${COLUMNS})`,
];

const key = (row: string): string => {
  const minute = `substr(${row}"timestamp", 15, 2)`;
  const quarter = `CASE WHEN ${minute} < '15' THEN '00' WHEN ${minute} < '30' THEN '15' WHEN ${minute} < '45' THEN '30' ELSE '45' END`;
  return `substr(${row}"timestamp", 1, 14) || ${quarter} || ':00.000Z', substr(COALESCE(${row}node, ''), 1, 255)`;
};
const amountsOf = (row: string): readonly string[] =>
  COUNTS.map(({ column, value }) =>
    column === undefined ? '1' : `CAST(${row}${column} = '${value}' AS integer)`,
  );

const FILL = `INSERT INTO event_counts (${NAMES})
  SELECT ${key('')}, ${amountsOf('')
    .map((amount) => `sum(${amount})`)
    .join(', ')} FROM events GROUP BY 1, 2`;

/** How much of a timestamp both ends of the span in which an event was open have in common. */
const SPAN = `CASE ${[16, 15, 13, 12, 10, 9, 7, 6, 4, 3]
  .map(
    (length) => `WHEN substr("timestamp", 1, ${length}) = substr("resolved_at", 1, ${length}) THEN ${length}`,
  )
  .join(' ')} ELSE 0 END`;
const INDEXES = [
  `CREATE INDEX "events_resolved" ON "events" ("resolved_at", "id") WHERE "resolved_at" IS NOT NULL`,
  `CREATE INDEX "events_by_span" ON "events" ((${SPAN}), "timestamp", "id", "resolved_at") WHERE "resolved" = true`,
];

/** The functions that note what other programs write are there only where the engine has deferrable triggers. */
async function hasTriggers(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query(`SELECT count(*)::int AS count FROM pg_proc
    WHERE proname = 'feed_note' AND pronamespace = current_schema()::regnamespace`)) as { count: number }[];
  return (row?.count ?? 0) > 0;
}

/** Of the triggers. */
export const STATISTICS_FUNCTIONS = ['event_counts_note', 'event_counts_apply'];

/** They run with the rights of their owner, and find names where he has put them. */
function functionOf({ name, body }: { name: string; body: string }, schema: string): string {
  return `CREATE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, ${schema}, pg_temp AS $function$${body}$function$`;
}

const negative = (row: string): string =>
  amountsOf(row)
    .map((amount) => `-(${amount})`)
    .join(', ');

/** The setting says that there is something to add; it ends with the transaction, and goes back with its savepoints. */
const NOTE = {
  name: 'event_counts_note',
  body: `
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM event_counts;
    DELETE FROM event_counts_changes;
    RETURN NULL;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO event_counts_changes (${NAMES}) VALUES (${key('OLD.')}, ${negative('OLD.')});
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO event_counts_changes (${NAMES}) VALUES (${key('NEW.')}, ${amountsOf('NEW.').join(', ')});
  END IF;
  PERFORM set_config('jarvis_memory.counted', 'on', true);
  RETURN NULL;
END`,
};

/** Once a transaction: the first of many events already finds the changes of all. */
const APPLY = {
  name: 'event_counts_apply',
  body: `
DECLARE
  emptied record;
BEGIN
  IF current_setting('jarvis_memory.counted', true) IS DISTINCT FROM 'on' THEN
    RETURN NULL;
  END IF;
  PERFORM set_config('jarvis_memory.counted', '', true);
  FOR emptied IN
    WITH taken AS (
      DELETE FROM event_counts_changes RETURNING *
    ), added AS (
      INSERT INTO event_counts AS kept (${NAMES})
      SELECT began_at, node, ${COUNTS.map(({ name }) => `sum(${name})`).join(', ')} FROM taken
      GROUP BY began_at, node ORDER BY began_at, node
      ON CONFLICT (began_at, node) DO UPDATE SET ${ADDED}
      RETURNING kept.began_at, kept.node, kept.event_count
    )
    SELECT began_at, node FROM added WHERE event_count = 0
  LOOP
    DELETE FROM event_counts AS kept
    WHERE (kept.began_at, kept.node) = (emptied.began_at, emptied.node);
  END LOOP;
  RETURN NULL;
END`,
};

const IS_OTHER_PROGRAM = `WHEN (current_setting('jarvis_memory.unit', true) IS DISTINCT FROM 'on')`;
const UPDATE = 'UPDATE OF "timestamp", type, severity, source, node';
/** Triggers fire by name: what is noted comes before what is added, and the position of the feed before both. */
const TRIGGERS = [
  `CREATE TRIGGER "statistics_noted" AFTER INSERT OR DELETE OR ${UPDATE} ON "events"
    FOR EACH ROW ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "event_counts_note"()`,
  `CREATE TRIGGER "statistics_of_truncation" AFTER TRUNCATE ON "events"
    FOR EACH STATEMENT ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "event_counts_note"()`,
  `CREATE CONSTRAINT TRIGGER "statistics_of_other_programs" AFTER INSERT OR DELETE OR ${UPDATE} ON "events"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${IS_OTHER_PROGRAM} EXECUTE FUNCTION "event_counts_apply"()`,
];
