export type Value = string | number | boolean | null;

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

/** How much of what a query gives is read. One row at least is, where there is one. */
export interface Bounds {
  readonly limit?: number | undefined;
  /** The rows end before they hold more than this. */
  readonly maxBytes?: number | undefined;
}

/** Rows within bounds. */
export interface Taken<Row> {
  readonly rows: Row[];
  /** Whether the query gives more. */
  readonly isCut: boolean;
  /** How large the rows are, and the one that did not fit any more. */
  readonly bytes: number;
}
