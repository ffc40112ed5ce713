import { it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { NO_LOG, type DatabaseTarget, type PostgresOptions } from '../../src/database/database.options.js';
import { clientOptions } from '../../src/database/postgres/connection/client-options.js';
import type { SecretName } from '../../src/auth/secrets/secret-store.js';
import { migrate } from '../../src/database/postgres/migrator.js';
import { createDatabase, type TestDatabase } from './postgres/index.mjs';

/** What the specs of this Jest project run on; see `jest.config.mjs`. */
const ENGINE: unknown = Reflect.get(globalThis, 'TEST_ENGINE');

/** Whether that is PostgreSQL, with everything or without what distributed engines lack. */
export const isOnPostgres = ENGINE !== undefined;
const isCrippled = ENGINE === 'crippled';

/** Within this time, access that another process gives or takes is noticed: on SQLite with the next request. */
export const NOTICED_MS = isOnPostgres ? 1000 : 0;

/** A test of what only one engine has, among those that both pass. */
export const itOnSqlite: typeof it.skip = isOnPostgres ? it.skip : it;
export const itOnPostgres: typeof it.skip = isOnPostgres ? it : it.skip;
/** Distributed engines have no triggers that tell of the rows of other programs. */
export const itWithTriggers: typeof it.skip = isCrippled ? it.skip : it;

type Row = Record<string, unknown>;

/** A memory as another program sees it, on the engine of this Jest project. */
export interface Store {
  /** How the service opens it. */
  readonly target: DatabaseTarget;
  /** Of a service: what names the memory. */
  readonly environment: Record<string, string>;
  /** Runs one statement with `?` for its values, outside the service. @returns the rows, with numbers for `bigint`. */
  run<Found extends object = Row>(text: string, ...values: unknown[]): Promise<Found[]>;
  /** An expression for a timestamp as the service writes it, of one for seconds since 1970. */
  timestamp(seconds: string): string;
  /** @throws Error where it is not kept. */
  secret(name: SecretName): Promise<string>;
  keepSecret(name: SecretName, text: string): Promise<void>;
  forgetSecret(name: SecretName): Promise<void>;
  remove(): Promise<void>;
}

/** By the path of the file that it would be in: whoever names the same file means the same database. */
const databases = new Map<string, Promise<TestDatabase>>();

/**
 * The memory in a file; in PostgreSQL, the database that stands for that file, migrated already where its migrations are
 * not what distributed engines get.
 */
export async function storeOf(file: string): Promise<Store> {
  return isOnPostgres ? postgresStore(file) : sqliteStore(file);
}

/** What is in the file of a memory that cannot be used. */
export const NO_DATABASE = 'These are the notes of somebody, and no database at all.\n'.repeat(100);

/** A memory in a folder that cannot be used, and that belongs to nobody that the service knows. */
export async function makeUnusable(folder: string): Promise<Store> {
  const file = join(folder, 'jarvis.db');
  if (!isOnPostgres) await writeFile(file, NO_DATABASE);
  const store = await storeOf(file);
  if (isOnPostgres) await store.remove();
  return store;
}

/** The memory in a SQLite file, whatever the engine of this Jest project is. */
export function sqliteStore(file: string): Store {
  return {
    target: { file },
    environment: { DB_PATH: file },
    run: <Found extends object>(text: string, ...values: unknown[]) => {
      const handle = new Sqlite(file);
      try {
        const statement = handle.prepare(text);
        if (statement.reader) return Promise.resolve(statement.all(...values) as Found[]);
        statement.run(...values);
        return Promise.resolve([]);
      } finally {
        handle.close();
      }
    },
    timestamp: (seconds) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${seconds}, 'unixepoch')`,
    secret: async (name) => (await readFile(`${file}.${name}`, 'utf8')).trim(),
    keepSecret: (name, text) => writeFile(`${file}.${name}`, text),
    forgetSecret: (name) => rm(`${file}.${name}`),
    remove: () => Promise.resolve(),
  };
}

async function postgresStore(file: string): Promise<Store> {
  const made =
    databases.get(file) ?? createDatabase(isCrippled ? { crippled: true } : { template: MIGRATED });
  databases.set(file, made);
  const database = await made;
  const server = serverAt(database.url);
  const run = async <Found extends object>(text: string, ...values: unknown[]): Promise<Found[]> => {
    let count = 0;
    const client = new pg.Client(clientOptions(server));
    await client.connect();
    try {
      return (
        await client.query<Found>(
          text.replaceAll('?', () => `$${++count}`),
          values,
        )
      ).rows;
    } finally {
      await client.end();
    }
  };
  return {
    target: { file, postgres: server },
    // The default is beside DB_PATH, which is of no use here.
    environment: { DATABASE_URL: database.url, BACKUP_DIR: join(dirname(file), 'backups') },
    run,
    timestamp: (seconds) =>
      `to_char(to_timestamp(${seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
    secret: async (name) => {
      const [found] = await run<{ value: string }>('SELECT value FROM secrets WHERE name = ?', name);
      if (!found) throw new Error(`No ${name} is kept.`);
      return found.value;
    },
    keepSecret: async (name, text) => {
      const upsert = 'ON CONFLICT (name) DO UPDATE SET value = excluded.value';
      await run(`INSERT INTO secrets VALUES (?, ?, '2026-01-01T00:00:00.000Z') ${upsert}`, name, text);
    },
    forgetSecret: async (name) => {
      await run('DELETE FROM secrets WHERE name = ?', name);
    },
    remove: () => database.drop(),
  };
}

/** Services start at once on a copy of it. */
const MIGRATED = {
  name: 'migrated',
  fill: (url: string) => migrate(serverAt(url), NO_LOG),
};

function serverAt(url: string): PostgresOptions {
  return { url, poolSize: 10, statementTimeoutMs: 30_000 };
}
