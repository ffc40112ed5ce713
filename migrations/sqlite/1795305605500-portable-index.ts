import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The condition of the index of unresolved events becomes one that PostgreSQL understands as well, which compares no
 * boolean with a number. SQLite uses a partial index only where a query states the condition in the same words, and takes
 * the value of the column from it, so that the row is not read (`NOT "resolved"` would not do that).
 */
export class PortableIndex1795305605500 implements MigrationInterface {
  readonly name = 'PortableIndex1795305605500';

  async up(runner: QueryRunner): Promise<void> {
    await recreate(runner, '"resolved" = false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await recreate(runner, '"resolved" = 0');
  }
}

async function recreate(runner: QueryRunner, condition: string): Promise<void> {
  await runner.query('DROP INDEX "events_unresolved"');
  await runner.query(`CREATE INDEX "events_unresolved" ON events ("timestamp", "id") WHERE ${condition}`);
}
