import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The one table of this application, in a file of its own. */
export class Probes1795305600000 implements MigrationInterface {
  readonly name = 'Probes1795305600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE probes (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, node text NOT NULL,
       disk_percent real NOT NULL, threshold integer NOT NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE probes');
  }
}
