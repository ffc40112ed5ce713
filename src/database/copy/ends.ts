import type { FoundRows } from './found-rows.js';
import type { KeptTable } from './kept-tables.js';
import type { CopiedCell, CopiedRow } from './row-text.js';

/** The rows of the kept tables of one database. */
export interface StoredTables {
  count(table: KeptTable): Promise<number>;
  /** In the order of the key, some at a time: their texts are bounded, but for one row at least. */
  slices(table: KeptTable): AsyncIterable<readonly CopiedRow[]>;
  /** The last id that was given out, whether its row is there or not; 0 where there is none. */
  lastId(table: KeptTable): Promise<number>;
}

/** What is copied, in one state. */
export interface CopySource extends StoredTables {
  /** What is there and not ours, in words: it stays behind. */
  readonly left: readonly string[];
  /** What was read so far that is no text. */
  readonly unreadable: FoundRows;
}

/** An empty database that is filled, all of it or nothing. */
export interface CopyTarget {
  /** What has been written so far. */
  readonly written: StoredTables;
  /** Why it cannot hold a cell; undefined where it can. */
  refuses(table: KeptTable, index: number, cell: CopiedCell): string | undefined;
  /**
   * @param text the lines of the rows.
   * @throws RowsRefused where it does not take a row.
   */
  write(table: KeptTable, rows: readonly CopiedRow[], text: string): Promise<void>;
  raiseLastId(table: KeptTable, last: number): Promise<void>;
  /** All rows are written: what is derived follows. */
  complete(): Promise<void>;
  /**
   * Makes it durable, and the database that is served. Without it nothing has happened.
   * @returns the files of secrets that count already, and get their place at the next start.
   */
  finish(): Promise<readonly string[]>;
}

/** Rows that break a rule of the target. Nothing was copied. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';

  constructor(readonly findings: readonly string[]) {
    super(`The other side cannot hold these rows; nothing was copied:\n${findings.join('\n')}`);
  }
}

/** A database that cannot be copied, or copied into, as it is. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';

  /** @param code of a damaged source, and of a database that somebody uses. */
  constructor(
    message: string,
    readonly code?: 'DAMAGED' | 'DATABASE_IN_USE',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
