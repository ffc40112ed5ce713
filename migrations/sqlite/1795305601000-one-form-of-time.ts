import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Converts the timestamps of the first Jarvis backend, `YYYY-MM-DD HH:MM:SS` (UTC), to the canonical form,
 * `YYYY-MM-DDTHH:MM:SS.sssZ`, whose text order is the order of time. That backend also left `severity` and `resolved`
 * NULL at times; they get the defaults that it meant.
 */
export class OneFormOfTime1795305601000 implements MigrationInterface {
  readonly name = 'OneFormOfTime1795305601000';

  async up(runner: QueryRunner): Promise<void> {
    const triggers = await removeTriggers(runner);
    for (const [table, column] of TIMESTAMPS) {
      await runner.query(
        `UPDATE "${table}" SET "${column}" = strftime('%Y-%m-%dT%H:%M:%fZ', "${column}")
         WHERE "${column}" NOT GLOB '${CANONICAL}' AND "${column}" GLOB '${BEGINS_WITH_DATE}'
           AND strftime('%Y', "${column}") IS NOT NULL`,
      );
    }
    for (const table of SORTED) await runner.query(fillFromNeighbours(table));
    await fillGaps(runner);
    for (const statement of triggers) await runner.query(statement);
  }

  /** Readers of the old form understand the canonical form as well, so nothing is reverted. */
  async down(): Promise<void> {}
}

async function fillGaps(runner: QueryRunner): Promise<void> {
  await runner.query(
    `UPDATE preferences SET updated_at = '${UNKNOWN}' WHERE updated_at IS NULL OR updated_at NOT GLOB '${CANONICAL}'`,
  );
  await runner.query(
    `UPDATE events SET resolved_at = NULL WHERE resolved_at IS NOT NULL AND resolved_at NOT GLOB '${CANONICAL}'`,
  );
  await runner.query(`UPDATE events SET severity = 'info' WHERE severity IS NULL`);
  await runner.query(`UPDATE events SET resolved = 0 WHERE resolved IS NULL`);
}

const TIMESTAMPS = [
  ['events', 'timestamp'],
  ['events', 'resolved_at'],
  ['conversations', 'timestamp'],
  ['cluster_snapshots', 'timestamp'],
  ['preferences', 'updated_at'],
] as const;
const SORTED = ['events', 'conversations', 'cluster_snapshots'] as const;

const DIGIT = '[0-9]';
const CANONICAL = '####-##-##T##:##:##.###Z'.replaceAll('#', DIGIT);
const UNKNOWN = '1970-01-01T00:00:00.000Z';

/** SQLite also parses a time of day, a Julian day number or `now`; the first backend wrote none of them. */
const BEGINS_WITH_DATE = '####-##-##*'.replaceAll('#', DIGIT);

/**
 * A row with an unreadable timestamp takes that of the readable row before it, because ids were given out in order of
 * time; else that of the first readable one. The original text is in the copy of the file that the migrator keeps.
 */
function fillFromNeighbours(table: string): string {
  const isReadable = `"timestamp" GLOB '${CANONICAL}'`;
  return `WITH marked AS (
      SELECT id, "timestamp", ${isReadable} AS readable,
        count(CASE WHEN ${isReadable} THEN 1 END) OVER (ORDER BY id) AS run
      FROM "${table}"
    ), runs AS (
      SELECT run, "timestamp" AS moment FROM marked WHERE readable
    )
    UPDATE "${table}" SET "timestamp" = COALESCE(
      (SELECT moment FROM runs WHERE runs.run = marked.run),
      (SELECT moment FROM runs ORDER BY run LIMIT 1),
      '${UNKNOWN}')
    FROM marked WHERE marked.id = "${table}".id AND marked.readable IS NOT 1`;
}

/** Removes the triggers of the operator during the migration: they would treat it as an update by a client. */
async function removeTriggers(runner: QueryRunner): Promise<string[]> {
  const tables = [...SORTED, 'preferences'].map((table) => `'${table}'`).join(', ');
  const triggers = (await runner.query(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) IN (${tables}) ORDER BY rowid`,
  )) as { name: string; sql: string }[];
  for (const { name } of triggers) await runner.query(`DROP TRIGGER "${name.replaceAll('"', '""')}"`);
  return triggers.map(({ sql }) => sql);
}
