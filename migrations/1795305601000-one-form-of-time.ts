import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first Jarvis backend wrote `YYYY-MM-DD HH:MM:SS` (UTC). Every moment is brought to the one form,
 * `YYYY-MM-DDTHH:MM:SS.sssZ`, in which the order of the text is the order of time. It also left `severity` and
 * `resolved` empty at times; they get the values that it meant by that.
 */
export class OneFormOfTime1795305601000 implements MigrationInterface {
  readonly name = 'OneFormOfTime1795305601000';

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column] of MOMENTS) {
      await runner.query(
        `UPDATE "${table}" SET "${column}" = strftime('%Y-%m-%dT%H:%M:%fZ', "${column}")
         WHERE "${column}" NOT GLOB '${ONE_FORM}' AND strftime('%Y', "${column}") IS NOT NULL`,
      );
    }
    for (const table of SORTED) await fillFromNeighbours(runner, table);
    await runner.query(
      `UPDATE preferences SET updated_at = '${UNKNOWN}' WHERE updated_at IS NULL OR updated_at NOT GLOB '${ONE_FORM}'`,
    );
    await runner.query(
      `UPDATE events SET resolved_at = NULL WHERE resolved_at IS NOT NULL AND resolved_at NOT GLOB '${ONE_FORM}'`,
    );
    await runner.query(`UPDATE events SET severity = 'info' WHERE severity IS NULL`);
    await runner.query(`UPDATE events SET resolved = 0 WHERE resolved IS NULL`);
  }

  /** The one form says the same moment to every reader of the old form, so there is nothing to take back. */
  async down(): Promise<void> {}
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

/**
 * A row whose moment cannot be read takes that of the readable row before it, since ids were given out in
 * order of time; else of the one after it. The original text is in the copy that is kept of the file.
 */
async function fillFromNeighbours(runner: QueryRunner, table: string): Promise<void> {
  const isReadable = `"timestamp" GLOB '${ONE_FORM}'`;
  const nearest = (side: string, order: string): string =>
    `SELECT near."timestamp" FROM "${table}" near
     WHERE near.id ${side} bad.id AND near.${isReadable} ORDER BY near.id ${order} LIMIT 1`;
  const rows = (await runner.query(
    `SELECT bad.id AS id, COALESCE((${nearest('<', 'DESC')}), (${nearest('>', 'ASC')}), '${UNKNOWN}') AS moment
     FROM "${table}" bad WHERE bad."timestamp" IS NULL OR NOT (bad.${isReadable})`,
  )) as { id: number; moment: string }[];
  for (const { id, moment } of rows) {
    await runner.query(`UPDATE "${table}" SET "timestamp" = ? WHERE id = ?`, [moment, id]);
  }
}
