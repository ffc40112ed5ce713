import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Drops the indexes per filter of unresolved events: the work of a page is bounded without them, and every new event, which
 * is unresolved, was written to all of them.
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
