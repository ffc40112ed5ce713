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
  "name" text PRIMARY KEY NOT NULL,
  "value" text NOT NULL,
  "updated_at" text NOT NULL
)`;

const LOGIN_ATTEMPTS = `CREATE TABLE "login_attempts" (
  "client" text PRIMARY KEY NOT NULL,
  "attempts" integer NOT NULL,
  "until" bigint NOT NULL
)`;

const LEASES = `CREATE TABLE "leases" (
  "name" text PRIMARY KEY NOT NULL,
  "holder" text NOT NULL,
  "fence" integer NOT NULL,
  "until" bigint NOT NULL
)`;
