import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The API keys, as hashes, and the revoked tokens, as ids. Neither table holds a secret. */
export class Access1795305604000 implements MigrationInterface {
  readonly name = 'Access1795305604000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [KEYS, KEYS_BY_HASH, REVOKED]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['revoked_tokens', 'api_keys']) await runner.query(`DROP TABLE "${table}"`);
  }
}

const KEYS = `CREATE TABLE "api_keys" (
  "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  "name" text NOT NULL,
  "role" text NOT NULL,
  "hash" text NOT NULL,
  "created_at" text NOT NULL,
  "last_used_at" text,
  "expires_at" text
)`;
const KEYS_BY_HASH = `CREATE UNIQUE INDEX "api_keys_by_hash" ON "api_keys" ("hash")`;

const REVOKED = `CREATE TABLE "revoked_tokens" (
  "token_id" text PRIMARY KEY NOT NULL,
  "expires_at" text NOT NULL
)`;
