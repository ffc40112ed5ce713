import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startServer } from '../test/support/postgres/index.mjs';

const NAME = 'jarvis-crash-test-';
const SETTLED_WITHIN_MS = 10_000;

/** Rows look as those of SQLite: whole numbers are numbers, flags are 0 and 1. */
const TYPES = new pg.TypeOverrides();
TYPES.setTypeParser(pg.types.builtins.INT8, Number);
TYPES.setTypeParser(pg.types.builtins.BOOL, (text) => Number(text === 't'));

/** The memory on a PostgreSQL server of this test alone, which several processes share. */
export class PostgresStore {
  name = 'on PostgreSQL';
  isShared = true;
  keepsFeedIdentity = true;
  faults = ['service', 'starting', 'server-stopped', 'server-killed'];
  launches = 0;

  constructor({ onDisk }) {
    this.onDisk = onDisk;
  }

  async start() {
    this.server = await startServer({ onDisk: this.onDisk });
    this.database = await this.server.createDatabase();
  }

  /** Environment variables of the service: the connections of each process have a name of their own. */
  settings() {
    const url = new URL(this.database.url);
    url.searchParams.set('application_name', `${NAME}${++this.launches}`);
    return { DATABASE_URL: url.href, DB_PATH: undefined };
  }

  /** The ids that a text index holds. */
  indexTable(index) {
    return index;
  }

  /** The door of the checks to the tables. */
  async open() {
    const client = new pg.Client({ connectionString: this.database.url, types: TYPES });
    await client.connect();
    return {
      all: async (sql, values = []) => (await client.query(numbered(sql), values)).rows,
      close: () => client.end(),
    };
  }

  /** Pages have checksums, which each read of them checks. */
  async checkIntegrity() {
    return [];
  }

  /** The server still carries out what a killed process has sent it. @param services those that run. */
  async settled(services) {
    const names = services.map(({ settings }) =>
      new URL(settings.DATABASE_URL).searchParams.get('application_name'),
    );
    const others = () =>
      this.database.queryAsAdmin(
        'SELECT FROM pg_stat_activity WHERE starts_with(application_name, $1) AND application_name <> ALL($2)',
        [NAME, names],
      );
    for (const deadline = Date.now() + SETTLED_WITHIN_MS; (await others()).length > 0; await sleep(10)) {
      if (Date.now() > deadline) throw new Error('the server keeps connections of a killed process');
    }
  }

  async checkStopped() {
    return [];
  }

  /** @returns {Promise<string>} where the data and the log of the server are kept. */
  async keep() {
    const folder = mkdtempSync(join(tmpdir(), NAME));
    await this.server.stop();
    cpSync(join(this.server.folder, 'data'), join(folder, 'data'), { recursive: true, dereference: true });
    writeFileSync(join(folder, 'log'), this.server.log);
    return folder;
  }

  async remove() {
    await this.server?.destroy();
  }
}

/** `$1`, `$2` for the question marks. */
function numbered(sql) {
  let count = 0;
  return sql.replaceAll('?', () => `$${++count}`);
}
