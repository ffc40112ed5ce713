import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

/** The memory in a file, which one process has for itself. */
export class SqliteStore {
  name = 'on a SQLite file';
  isShared = false;
  /** The machine runs on, and nobody replaces the file. */
  keepsFeedIdentity = true;
  /** A fifth of the kills is followed by another one while the program starts again. */
  faults = ['service', 'service', 'service', 'service', 'starting'];

  async start() {
    this.folder = mkdtempSync(join(tmpdir(), 'jarvis-crash-test-'));
    this.file = join(this.folder, 'jarvis.db');
  }

  /** Environment variables of the service. */
  settings() {
    return { DB_PATH: this.file, DATABASE_URL: undefined };
  }

  /** The ids that a text index holds. */
  indexTable(index) {
    return `${index}_docsize`;
  }

  /** The door of the checks to the tables. */
  async open() {
    const database = new Sqlite(this.file, { readonly: true, timeout: 5000 });
    return {
      all: async (sql, values = []) => database.prepare(sql).all(...values),
      close: async () => database.close(),
    };
  }

  /** @returns {Promise<string[]>} the findings of SQLite's integrity check. */
  async checkIntegrity(database) {
    const answers = (await database.all('PRAGMA integrity_check')).map((row) => row.integrity_check);
    return answers.length === 1 && answers[0] === 'ok'
      ? []
      : answers.map((answer) => `integrity_check: ${answer}`);
  }

  /** Nothing of a killed process works on. */
  async settled() {}

  /** After an orderly stop of the service. */
  async checkStopped() {
    return existsSync(`${this.file}-wal`) ? ['a write-ahead log is left after an orderly stop'] : [];
  }

  /** @returns {Promise<string>} where the database is kept. */
  async keep() {
    return this.folder;
  }

  async remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
