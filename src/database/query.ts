export type Value = string | number | null;

/** The text of a statement, or of a part of one, with the values of its places. */
export interface Query {
  readonly text: string;
  readonly values: readonly Value[];
}

/** What a statement that writes did. */
export interface QueryResult {
  /** How many rows it inserted, changed or deleted. */
  readonly changes: number;
  /** The id of the row that it inserted; of an earlier one where it inserted none. */
  readonly lastId: number;
}
