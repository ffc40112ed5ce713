import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The text index of events and messages, as in SQLite: over the stems that the service makes itself. What the service
 * inserts below the mark it notes itself, when it holds the position of the feed; other programs' rows are noted when they
 * commit, after the trigger of the feed, because triggers fire by name.
 */
export class SearchIndex1795305609000 implements MigrationInterface {
  readonly name = 'SearchIndex1795305609000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [MARKS, STALE, TERMS]) await runner.query(statement);
    for (const source of SOURCES) {
      for (const statement of indexOf(source)) await runner.query(statement);
    }
    if (await hasTriggers(runner)) await createTriggers(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    if (await hasTriggers(runner)) {
      for (const name of SEARCH_FUNCTIONS) await runner.query(`DROP FUNCTION "${name}"() CASCADE`);
    }
    for (const table of [
      ...SOURCES.map(({ index }) => index),
      'search_terms',
      'search_stale',
      'search_marks',
    ]) {
      await runner.query(`DROP TABLE "${table}"`);
    }
  }
}

interface Source {
  readonly kind: string;
  readonly table: string;
  readonly index: string;
  /** What is in the index of a row. */
  readonly columns: string;
}

const SOURCES: readonly Source[] = [
  {
    kind: 'event',
    table: 'events',
    index: 'search_events',
    columns: 'id, "timestamp", type, severity, source, node, summary, details',
  },
  {
    kind: 'message',
    table: 'conversations',
    index: 'search_messages',
    columns: 'id, "timestamp", content, tool_calls',
  },
];
/** Of the triggers. */
export const SEARCH_FUNCTIONS = ['search_note', 'search_forget', 'search_forget_deleted'];

const MARKS = `CREATE TABLE "search_marks" (
  "kind" text COLLATE "C" PRIMARY KEY,
  "mark" bigint NOT NULL,
  "rows" bigint NOT NULL
)`;
const STALE = `CREATE TABLE "search_stale" (
  "kind" text COLLATE "C" NOT NULL,
  "id" bigint NOT NULL,
  "version" bigint NOT NULL,
  PRIMARY KEY ("kind", "id")
)`;
const TERMS = `CREATE TABLE "search_terms" (
  "kind" text COLLATE "C" NOT NULL,
  "term" text COLLATE "C" NOT NULL,
  "documents" bigint NOT NULL,
  PRIMARY KEY ("kind", "term")
)`;

function indexOf({ kind, index }: Source): string[] {
  return [
    `CREATE TABLE "${index}" ("id" bigint PRIMARY KEY, "terms" tsvector NOT NULL)`,
    `CREATE INDEX "${index}_by_term" ON "${index}" USING gin ("terms")`,
    `INSERT INTO "search_marks" ("kind", "mark", "rows") VALUES ('${kind}', 0, 0)`,
  ];
}

async function hasTriggers(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query('SELECT version() AS version')) as { version: string }[];
  return !/CockroachDB|-YB-/.test(row?.version ?? '');
}

async function createTriggers(runner: QueryRunner): Promise<void> {
  const [row] = (await runner.query('SELECT quote_ident(current_schema()) AS schema')) as {
    schema: string;
  }[];
  const schema = row?.schema ?? 'public';
  for (const [name, body] of [
    ['search_note', NOTE],
    ['search_forget', FORGET],
    ['search_forget_deleted', FORGET_DELETED],
  ] as const) {
    await runner.query(`CREATE FUNCTION "${name}"() RETURNS trigger LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = pg_catalog, ${schema}, pg_temp AS $function$${body}$function$`);
  }
  for (const source of SOURCES) {
    for (const statement of triggersOf(source)) await runner.query(statement);
  }
}

/** By a setting of their transactions the service is told from other programs. */
const IS_OURS = `current_setting('jarvis_memory.unit', true) IS NOT DISTINCT FROM 'on'`;

function triggersOf({ kind, table, index, columns }: Source): string[] {
  const run = (name: string): string => `EXECUTE FUNCTION "${name}"('${kind}', '${index}')`;
  return [
    `CREATE CONSTRAINT TRIGGER "search_of_other_programs" AFTER INSERT OR DELETE ON "${table}"
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT (${IS_OURS})) ${run('search_note')}`,
    `CREATE CONSTRAINT TRIGGER "search_of_updates" AFTER UPDATE OF ${columns} ON "${table}"
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW ${run('search_note')}`,
    `CREATE TRIGGER "search_of_deletes" AFTER DELETE ON "${table}" REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT WHEN (${IS_OURS}) ${run('search_forget_deleted')}`,
    `CREATE TRIGGER "search_of_truncation" AFTER TRUNCATE ON "${table}"
      FOR EACH STATEMENT ${run('search_forget')}`,
  ];
}

/** A row that is noted above the mark is noted for nothing: it is taken in twice. */
const NOTE = `
DECLARE
  held bigint;
BEGIN
  IF TG_OP = 'DELETE' THEN
    EXECUTE format('DELETE FROM %I WHERE id = $1', TG_ARGV[1]) USING OLD.id;
    GET DIAGNOSTICS held = ROW_COUNT;
    UPDATE search_marks SET rows = rows - held WHERE kind = TG_ARGV[0] AND held > 0;
    DELETE FROM search_stale WHERE kind = TG_ARGV[0] AND id = OLD.id;
    RETURN NULL;
  END IF;
  INSERT INTO search_stale (kind, id, version)
  SELECT TG_ARGV[0], touched.id, CAST(random() * 2147483647 AS bigint)
  FROM (SELECT DISTINCT unnest(ARRAY[NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.id END]) AS id) AS touched
  WHERE touched.id IS NOT NULL ORDER BY touched.id
  ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END`;

const FORGET_DELETED = `
DECLARE
  held bigint;
BEGIN
  EXECUTE format('DELETE FROM %I WHERE id IN (SELECT id FROM gone)', TG_ARGV[1]);
  GET DIAGNOSTICS held = ROW_COUNT;
  UPDATE search_marks SET rows = rows - held WHERE kind = TG_ARGV[0] AND held > 0;
  DELETE FROM search_stale WHERE kind = TG_ARGV[0] AND id IN (SELECT id FROM gone);
  RETURN NULL;
END`;

const FORGET = `
BEGIN
  EXECUTE format('DELETE FROM %I', TG_ARGV[1]);
  UPDATE search_marks SET rows = 0 WHERE kind = TG_ARGV[0];
  DELETE FROM search_stale WHERE kind = TG_ARGV[0];
  RETURN NULL;
END`;
