import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks the file as one of this service (`application_id`, which `file(1)` and other programs read), and sets a random
 * `user_version`, which has no other use here: a write-ahead log with a different one belongs to another file. An existing
 * `user_version` is kept.
 */
export class ApplicationId1795305604500 implements MigrationInterface {
  readonly name = 'ApplicationId1795305604500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`PRAGMA application_id = ${APPLICATION_ID}`);
    const [row] = (await runner.query('PRAGMA user_version')) as { user_version: number }[];
    if (row?.user_version !== 0) return;
    const number = 1 + Math.floor(Math.random() * MAX_NUMBER);
    await runner.query(`PRAGMA user_version = ${number}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('PRAGMA application_id = 0');
    await runner.query('PRAGMA user_version = 0');
  }
}

/** These bytes do not occur in text files. */
export const APPLICATION_ID = 0x4a6d9301;
const MAX_NUMBER = 0x7fff_fff0;
