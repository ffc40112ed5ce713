import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What several instances share: the secrets, the count of login attempts, the leases of scheduled work. */
export class Instances1795305607000 implements MigrationInterface {
  readonly name = 'Instances1795305607000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [SECRETS, LOGIN_ATTEMPTS, LEASES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['leases', 'login_attempts', 'secrets']) await runner.query(`DROP TABLE "${table}"`);
  }
}

const SECRETS = `CREATE TABLE "secrets" (
  "name" text COLLATE "C" PRIMARY KEY,
  "value" text COLLATE "C" NOT NULL,
  "updated_at" text COLLATE "C" NOT NULL
)`;

const LOGIN_ATTEMPTS = `CREATE TABLE "login_attempts" (
  "client" text COLLATE "C" PRIMARY KEY,
  "attempts" bigint NOT NULL,
  "until" bigint NOT NULL
)`;

const LEASES = `CREATE TABLE "leases" (
  "name" text COLLATE "C" PRIMARY KEY,
  "holder" text COLLATE "C" NOT NULL,
  "fence" bigint NOT NULL,
  "until" bigint NOT NULL
)`;
