import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A page has a bound for its work also without an index for each filter of unresolved events, and every new event, which
 * is unresolved, was written into all of them.
 */
export class FewerIndexes1795305605000 implements MigrationInterface {
  readonly name = 'FewerIndexes1795305605000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) await runner.query(`DROP INDEX "events_unresolved_by_${column}"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of COLUMNS) {
      await runner.query(
        `CREATE INDEX "events_unresolved_by_${column}" ON events ("${column}", "timestamp", "id") WHERE "resolved" = 0`,
      );
    }
  }
}

const COLUMNS = ['type', 'severity', 'source', 'node'];
