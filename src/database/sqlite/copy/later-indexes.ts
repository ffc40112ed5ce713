import type { Database as SqliteHandle } from 'better-sqlite3';
import { quoted } from '../connection/read-only.js';

interface IndexRow {
  readonly name: string;
  readonly sql: string;
}

/** No trigger that fires while rows come looks into these by an index: others would be read from end to end for each row. */
const TABLES = ['events', 'conversations'];

/** Unique ones stay: they are rules, and a row that breaks one is named where it is written. */
const INDEXES = `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?
  AND name IN (SELECT name FROM pragma_index_list(tbl_name) WHERE origin = 'c' AND "unique" = 0)`;

/** Indexes that are made after the rows: adding row by row takes twice as long. */
export class LaterIndexes {
  private constructor(
    private readonly handle: SqliteHandle,
    private readonly indexes: readonly IndexRow[],
  ) {}

  static dropIn(handle: SqliteHandle): LaterIndexes {
    const select = handle.prepare<[string], IndexRow>(INDEXES);
    const indexes = TABLES.flatMap((table) => select.all(table));
    for (const { name } of indexes) handle.exec(`DROP INDEX ${quoted(name)}`);
    return new LaterIndexes(handle, indexes);
  }

  make(): void {
    for (const { sql } of this.indexes) this.handle.exec(sql);
  }
}
