import type { Bounds, Query, Taken } from '../query.js';
import type { SearchDialect } from '../search/search.js';

/** A row as an engine returns it, by the aliases of the statement. */
export type RawRow = Readonly<Record<string, unknown>>;

export interface MeasuredTable {
  readonly name: string;
  /** What its rows have; none where its whole size is meant. */
  readonly columns: readonly { readonly column: string }[];
}

/** What a table and its indexes hold, in bytes; space that is free inside them does not count. */
export interface TableSizes {
  readonly name: string;
  readonly tableBytes: number;
  readonly indexBytes: number;
}

/** Where the engines differ in statements that are otherwise the same. Placeholders are `?` in all of them. */
export interface Dialect {
  /** The value of LIMIT for no limit. */
  readonly noLimit: number | null;
  /** Joins a table to the left side, which is read first and in its order: for each of its rows at most one. */
  readonly lookUp: (table: string, condition: string) => string;
  /** Whether a statement can name the index that it reads; elsewhere the planner chooses by statistics. */
  readonly namesIndexes: boolean;
  /** Whether a range between two pairs of columns is estimated well; elsewhere it needs a bound of the first column too. */
  readonly estimatesPairs: boolean;
  /** Whether ranges of an index in a UNION ALL are merged; elsewhere they would be read whole and sorted. */
  readonly mergesRanges: boolean;
  /** Whether rows are read one at a time, so that a read can end early; elsewhere the statement bounds its own bytes. */
  readonly readsOneByOne: boolean;
  /** Whether booleans are stored as the numbers 0 and 1. */
  readonly hasNumericFlags: boolean;
  /** Whether statements run on the event loop: a unit of many rows lets it turn in between. */
  readonly runsOnEventLoop: boolean;
  /** Whether triggers maintain derived tables, whoever writes; elsewhere the service does for what it writes. */
  readonly derivesByTriggers: boolean;
  /** How large the stored value of a column is, without reading it. */
  readonly storedBytes: (column: string) => string;
  /** What tables and their indexes take: rows of `TableSizes`. */
  readonly sizesOf: (tables: readonly MeasuredTable[]) => Query;
  /** SHA-256 of a text, in hex. */
  readonly digestOf: (column: string) => string;
  /**
   * Whether rows that became small leave their pages as they are: pages are merged only where rows go away from them, as
   * they do where their key changes. Elsewhere a row that is updated is written anew.
   */
  readonly mergesPagesOnMove: boolean;
  /** The clock of the database, in milliseconds since 1970. */
  readonly clockMs: string;
  /** What an INSERT ends with so that `insertedId` finds the generated id. */
  readonly returning: (column: string) => string;
  /** The generated id in what TypeORM's `query` returned for an INSERT. */
  readonly insertedId: (result: unknown) => number;
  /** The statements of the text index. */
  readonly search: SearchDialect;
  /** The statement with the placeholders of the driver. */
  readonly toDriver: (text: string) => string;
}

/** Reads committed rows. */
export interface RowReader {
  readonly dialect: Dialect;
  /** Reads what is quick: at once, where the engine reads on the event loop. */
  read<Row>(query: Query, bounds?: Bounds): Taken<Row> | Promise<Taken<Row>>;
  /**
   * Reads what may take long, outside the event loop, one query after the other.
   * @param signal drops the read where it still waits.
   * @throws ProblemError `read_queue_full`.
   */
  readHeavy<Row>(queries: readonly Query[], bounds?: Bounds, signal?: AbortSignal): Promise<Taken<Row>[]>;
}
