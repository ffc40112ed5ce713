import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the index by which the timeline reads the messages of all conversations. */
export class MessagesByTime1795305613500 implements MigrationInterface {
  readonly name = 'MessagesByTime1795305613500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX "conversations_by_time" ON "conversations" ("timestamp", "id")');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "conversations_by_time"');
  }
}
