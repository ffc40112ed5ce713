export type Value = string | number | null;

/** The SQL of a statement or of a fragment, with its bound values. */
export interface Query {
  readonly text: string;
  readonly values: readonly Value[];
}

/** The result of a write statement. */
export interface QueryResult {
  /** Number of rows inserted, updated or deleted. */
  readonly changes: number;
  /** Row id of the insert; of an earlier insert where the statement inserted none (`last_insert_rowid()`). */
  readonly lastId: number;
}
