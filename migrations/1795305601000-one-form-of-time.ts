import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first Jarvis backend wrote `YYYY-MM-DD HH:MM:SS` (UTC). Every moment is brought to the one form,
 * `YYYY-MM-DDTHH:MM:SS.sssZ`, in which the order of the text is the order of time. It also left `severity` and
 * `resolved` empty at times; they get the values that it meant by that.
 */
export class OneFormOfTime1795305601000 implements MigrationInterface {
  readonly name = 'OneFormOfTime1795305601000';

  async up(runner: QueryRunner): Promise<void> {
    const triggers = await removeTriggers(runner);
    for (const [table, column] of MOMENTS) {
      await runner.query(
        `UPDATE "${table}" SET "${column}" = strftime('%Y-%m-%dT%H:%M:%fZ', "${column}")
         WHERE "${column}" NOT GLOB '${ONE_FORM}' AND "${column}" GLOB '${BEGINS_WITH_DATE}'
           AND strftime('%Y', "${column}") IS NOT NULL`,
      );
    }
    for (const table of SORTED) await runner.query(fillFromNeighbours(table));
    await fillGaps(runner);
    for (const statement of triggers) await runner.query(statement);
  }

  /** The one form says the same moment to every reader of the old form, so there is nothing to take back. */
  async down(): Promise<void> {}
}

async function fillGaps(runner: QueryRunner): Promise<void> {
  await runner.query(
    `UPDATE preferences SET updated_at = '${UNKNOWN}' WHERE updated_at IS NULL OR updated_at NOT GLOB '${ONE_FORM}'`,
  );
  await runner.query(
    `UPDATE events SET resolved_at = NULL WHERE resolved_at IS NOT NULL AND resolved_at NOT GLOB '${ONE_FORM}'`,
  );
  await runner.query(`UPDATE events SET severity = 'info' WHERE severity IS NULL`);
  await runner.query(`UPDATE events SET resolved = 0 WHERE resolved IS NULL`);
}

const MOMENTS = [
  ['events', 'timestamp'],
  ['events', 'resolved_at'],
  ['conversations', 'timestamp'],
  ['cluster_snapshots', 'timestamp'],
  ['preferences', 'updated_at'],
] as const;
const SORTED = ['events', 'conversations', 'cluster_snapshots'] as const;

const DIGIT = '[0-9]';
const ONE_FORM = '####-##-##T##:##:##.###Z'.replaceAll('#', DIGIT);
const UNKNOWN = '1970-01-01T00:00:00.000Z';

/** SQLite also reads a time of today, a Julian day number or `now` as a moment; the first backend meant none of them. */
const BEGINS_WITH_DATE = '####-##-##*'.replaceAll('#', DIGIT);

/**
 * A row whose moment cannot be read takes that of the readable row before it, since ids were given out in
 * order of time; else of the first readable one. The original text is in the copy that is kept of the file.
 */
function fillFromNeighbours(table: string): string {
  const isReadable = `"timestamp" GLOB '${ONE_FORM}'`;
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

/** Triggers of the owner would take the change of form for a change by a user: they are away meanwhile. */
async function removeTriggers(runner: QueryRunner): Promise<string[]> {
  const tables = [...SORTED, 'preferences'].map((table) => `'${table}'`).join(', ');
  const triggers = (await runner.query(
    `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) IN (${tables}) ORDER BY rowid`,
  )) as { name: string; sql: string }[];
  for (const { name } of triggers) await runner.query(`DROP TRIGGER "${name.replaceAll('"', '""')}"`);
  return triggers.map(({ sql }) => sql);
}
