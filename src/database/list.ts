import type { Value } from './query.js';

export type Property<Entity> = keyof Entity & string;

type Order = 'ASC' | 'DESC';

/** Which rows of a table belong to a list. Columns go by the names of their properties. */
export interface Conditions<Entity> {
  /** Rows in which each column has one of the values; `undefined` leaves a column free. Each has an index for it. */
  readonly oneOf?: Readonly<Partial<Record<Property<Entity>, readonly Value[] | undefined>>>;
  /** Rows in which a column is true or false. A partial index holds those in which it is false. */
  readonly flags?: Readonly<Partial<Record<Property<Entity>, boolean | undefined>>>;
  /** Rows from `since` on (inclusive) and before `until`, by the column of `sortBy`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** What is read of each row, and in which order. */
export interface Selection<Entity> {
  /** The columns that are read; default: all. The primary key and the column of `sortBy` have to be among them. */
  readonly columns?: readonly Property<Entity>[];
  /** More columns: how many bytes a text column takes. The text itself is not read for it. */
  readonly sizes?: Readonly<Record<string, Property<Entity>>>;
  /** More columns: SQL expressions by the name that they are given. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** An SQL expression of how many bytes have to be read for a row, where that is more than is in it. */
  readonly readBytes?: string;
  /**
   * The column by which the list is sorted: a moment, where ties are broken by `id`; or the text that is the primary
   * key, where the order is ascending and all rows belong to the list.
   */
  readonly sortBy: Property<Entity>;
  readonly order: Order;
}

/** A list of the rows of a table, described once and read with different filters. */
export interface List<Entity, Filters = object, Row = Entity> extends Selection<Entity> {
  /** The name by which cursors know the list. Lists of the same rows in the same order may share it. */
  readonly name: string;
  /** The rows to which the filters apply, and their order where a filter says it. Default: all rows. */
  readonly where?: (filters: Filters) => Conditions<Entity> & { readonly order?: Order };
  /** A column of texts so large that the sizes of a page are asked before any of them is read. */
  readonly large?: Property<Entity>;
  /** The type of a row, for the compiler: it is never set. */
  readonly row?: Row;
}
