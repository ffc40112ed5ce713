import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Marks the file as one of this service (`application_id`, also known to `file(1)` and to other programs), and gives it
 * a number of its own in `user_version`, which nothing else uses here: a write-ahead log that carries another number was
 * written for another file. A number that somebody has set is left alone.
 */
export class ApplicationId1795305604500 implements MigrationInterface {
  readonly name = 'ApplicationId1795305604500';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`PRAGMA application_id = ${APPLICATION_ID}`);
    const [row] = (await runner.query('PRAGMA user_version')) as { user_version: number }[];
    if (row?.user_version !== 0) return;
    const number = 1 + Math.floor(Math.random() * LARGEST_NUMBER);
    await runner.query(`PRAGMA user_version = ${number}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('PRAGMA application_id = 0');
    await runner.query('PRAGMA user_version = 0');
  }
}

/** No text has these bytes. */
export const APPLICATION_ID = 0x4a6d9301;
const LARGEST_NUMBER = 0x7fff_fff0;
