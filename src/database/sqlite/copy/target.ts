/* eslint-disable @typescript-eslint/require-await -- SQLite answers at once; other engines do not */
import Sqlite, { type Database as SqliteHandle, type Statement } from 'better-sqlite3';
import { migrations } from '../../../../migrations/sqlite/index.js';
import { RowsRefused, type CopyTarget, type StoredTables } from '../../copy/ends.js';
import { keyText, type KeptTable } from '../../copy/kept-tables.js';
import type { CopiedCell, CopiedRow } from '../../copy/row-text.js';
import type { KeptSecret } from '../../copy/secrets-beside.js';
import { placesOf } from '../../queries/lists.js';
import { sqliteCodeOf } from '../connection/errors.js';
import { quoted } from '../connection/read-only.js';
import { makeByMigrations } from '../file/migrator.js';
import { LaterIndexes } from './later-indexes.js';
import { SqliteRows } from './stored-rows.js';

/** Nothing is durable before the file has its name, so that no page is written twice and none is synced. */
const SETTINGS = [
  'journal_mode = OFF',
  'synchronous = OFF',
  'locking_mode = EXCLUSIVE',
  'cache_size = -32768',
];

/**
 * Puts a finished file where it belongs.
 * @param secrets what its own table does not have.
 * @returns the files of secrets that are not in their place yet.
 */
type Place = (secrets: readonly KeptSecret[]) => Promise<readonly string[]>;

/** A new file that is filled. */
export class SqliteCopyTarget implements CopyTarget {
  readonly written: StoredTables;
  private readonly indexes: LaterIndexes;
  private readonly secrets: KeptSecret[] = [];
  private readonly inserts = new Map<KeptTable, Statement>();

  /** @param keepsSecrets whether its own table holds the secrets of the service: not in a file that is served. */
  private constructor(
    private readonly handle: SqliteHandle,
    private readonly keepsSecrets: boolean,
    private readonly place: Place,
  ) {
    this.indexes = LaterIndexes.dropIn(handle);
    this.written = new SqliteRows(handle, keepsSecrets ? undefined : () => this.secrets);
  }

  /** @param file an empty one, made with the mode that it keeps; the caller removes it where it was not placed. */
  static async fill<T>(
    file: string,
    keepsSecrets: boolean,
    place: Place,
    work: (target: CopyTarget) => Promise<T>,
  ): Promise<T> {
    await makeByMigrations(
      file,
      migrations.map(({ name }) => name),
    );
    const handle = new Sqlite(file, { fileMustExist: true });
    try {
      for (const setting of SETTINGS) handle.pragma(setting);
      handle.exec('BEGIN');
      return await work(new SqliteCopyTarget(handle, keepsSecrets, place));
    } finally {
      handle.close();
    }
  }

  /** Columns hold anything but what is not a number. */
  refuses(_table: KeptTable, _index: number, cell: CopiedCell): string | undefined {
    return typeof cell === 'number' && Number.isNaN(cell) ? 'is no number' : undefined;
  }

  async write(table: KeptTable, rows: readonly CopiedRow[]): Promise<void> {
    if (table.holdsSecrets && !this.keepsSecrets) {
      for (const [name, value, updatedAt] of rows)
        this.secrets.push({ name: String(name), value: String(value), updatedAt: String(updatedAt) });
      return;
    }
    const insert = this.insertInto(table);
    for (const row of rows) {
      try {
        insert.run(...row.map((cell) => (typeof cell === 'boolean' ? Number(cell) : cell)));
      } catch (error) {
        if (!sqliteCodeOf(error)?.startsWith('SQLITE_CONSTRAINT')) throw error;
        throw new RowsRefused([`${table.name} ${keyText(table, row)}: ${(error as Error).message}`]);
      }
    }
  }

  async raiseLastId({ name }: KeptTable, last: number): Promise<void> {
    this.handle.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(name);
    if (last > 0)
      this.handle.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(name, last);
  }

  async complete(): Promise<void> {
    // Triggers have maintained what is derived.
    this.indexes.make();
  }

  async finish(): Promise<readonly string[]> {
    this.handle.exec('COMMIT');
    this.handle.close();
    return this.place(this.secrets);
  }

  private insertInto(table: KeptTable): Statement {
    const known = this.inserts.get(table);
    if (known) return known;
    if (table.isFilledByOthers) this.handle.exec(`DELETE FROM ${quoted(table.name)}`);
    const columns = table.columns.map(({ column }) => quoted(column)).join(', ');
    const insert = this.handle.prepare(
      `INSERT INTO ${quoted(table.name)} (${columns}) VALUES (${placesOf(table.columns)})`,
    );
    this.inserts.set(table, insert);
    return insert;
  }
}
