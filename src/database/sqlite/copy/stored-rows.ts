/* eslint-disable @typescript-eslint/require-await -- SQLite answers at once; other engines do not */
import { isUtf8 } from 'node:buffer';
import type { Database as SqliteHandle } from 'better-sqlite3';
import type { StoredTables } from '../../copy/ends.js';
import { FoundRows } from '../../copy/found-rows.js';
import { keyText, type KeptTable } from '../../copy/kept-tables.js';
import type { CopiedCell, CopiedRow } from '../../copy/row-text.js';
import type { KeptSecret } from '../../copy/secrets-beside.js';
import type { TableColumn } from '../../catalogue.js';
import { quoted } from '../connection/read-only.js';

const ROWS_PER_SLICE = 1000;
const CHARACTERS_PER_SLICE = 2 * 1_048_576;
/** Stands for bytes that are no UTF-8 after decoding. */
const REPLACEMENT_CHARACTER = '\ufffd';

type RawCell = string | number | bigint | Buffer | null;

/** The rows of the kept tables of a file. */
export class SqliteRows implements StoredTables {
  /** Texts that are not UTF-8. */
  readonly unreadable = new FoundRows();

  /** @param secretsBeside of a file whose secrets lie beside it. */
  constructor(
    private readonly handle: SqliteHandle,
    private readonly secretsBeside?: () => readonly KeptSecret[],
  ) {}

  async count(table: KeptTable): Promise<number> {
    if (table.holdsSecrets && this.secretsBeside) return this.secretsBeside().length;
    return Number(
      this.handle
        .prepare(`SELECT count(*) FROM ${quoted(table.name)}`)
        .pluck()
        .get(),
    );
  }

  async lastId({ name }: KeptTable): Promise<number> {
    const last = this.handle.prepare(
      `SELECT max(ifnull((SELECT max(id) FROM ${quoted(name)}), 0),
         ifnull((SELECT seq FROM sqlite_sequence WHERE name = ?), 0))`,
    );
    return Number(last.pluck().get(name));
  }

  async *slices(table: KeptTable): AsyncGenerator<readonly CopiedRow[]> {
    if (table.holdsSecrets && this.secretsBeside) {
      yield this.secretsBeside().map(({ name, value, updatedAt }) => [name, value, updatedAt]);
      return;
    }
    let rows: CopiedRow[] = [];
    let characters = 0;
    for (const raw of this.rows(table)) {
      const row = raw.map((value, index) => toCell(value, table.columns[index]));
      this.noteUnreadable(table, row);
      rows.push(row);
      for (const cell of row)
        characters += typeof cell === 'string' || Buffer.isBuffer(cell) ? cell.length : 0;
      if (rows.length < ROWS_PER_SLICE && characters < CHARACTERS_PER_SLICE) continue;
      yield rows;
      [rows, characters] = [[], 0];
    }
    if (rows.length > 0) yield rows;
  }

  /** Ids are read in their own order; other keys are sorted, so that no index is relied on, whose damage shows in nothing. */
  private rows({ name, columns, key, hasGeneratedIds }: KeptTable): Iterable<RawCell[]> {
    const selected = columns.map(({ column }) => quoted(column)).join(', ');
    const order = key.map((column) => (hasGeneratedIds ? quoted(column) : `+${quoted(column)}`)).join(', ');
    const select = this.handle.prepare<[], RawCell[]>(
      `SELECT ${selected} FROM ${quoted(name)} ORDER BY ${order}`,
    );
    return select.raw().safeIntegers().iterate();
  }

  private noteUnreadable(table: KeptTable, row: CopiedRow): void {
    row.forEach((cell, index) => {
      if (typeof cell !== 'string' || !cell.includes(REPLACEMENT_CHARACTER)) return;
      const { column } = table.columns[index] ?? { column: '' };
      if (this.isUtf8(table, column, row)) return;
      this.unreadable.note(
        () => `${table.name} ${keyText(table, row)}: ${column} has bytes that are no text`,
      );
    });
  }

  private isUtf8({ name, columns, key }: KeptTable, column: string, row: CopiedRow): boolean {
    const conditions = key.map((one) => `${quoted(one)} = ?`).join(' AND ');
    const text = `SELECT CAST(${quoted(column)} AS blob) FROM ${quoted(name)} WHERE ${conditions}`;
    const values = key.map((one) => row[columns.findIndex((other) => other.column === one)]);
    const bytes = this.handle
      .prepare(text)
      .pluck()
      .get(...values);
    return Buffer.isBuffer(bytes) && isUtf8(bytes);
  }
}

/** What the API answers of it: files of the first backend have flags and amounts of any type. */
function toCell(value: RawCell, column: TableColumn | undefined): CopiedCell {
  if (column?.form === 'flag') return Boolean(value);
  if (column?.form === 'amount') return value === null ? null : Number(value);
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
