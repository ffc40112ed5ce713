import type { Query, Value } from './query.js';

export type Property<Entity> = keyof Entity & string;

type Order = 'ASC' | 'DESC';

/** The filter of a list. Columns are named by the properties of the entity. */
export interface Conditions<Entity> {
  /** Each column has one of the values (`IN`); `undefined` does not filter. Each column needs an index. */
  readonly oneOf?: Readonly<Partial<Record<Property<Entity>, readonly Value[] | undefined>>>;
  /** Each column is true or false. A partial index has to hold the rows in which it is false. */
  readonly flags?: Readonly<Partial<Record<Property<Entity>, boolean | undefined>>>;
  /**
   * One of these conditions holds, which exclude one another, each along an index that has the rows in list order. The list
   * is read along them, outside the event loop: an index may have many entries for which its condition does not hold.
   */
  readonly anyOf?: readonly Query[] | undefined;
  /** Rows from `since` on (inclusive) and before `until`, by the column of `sortBy`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

/** The columns and the order of a list. */
export interface Selection<Entity> {
  /** The columns that are read; default: all. The primary key and the column of `sortBy` have to be among them. */
  readonly columns?: readonly Property<Entity>[];
  /** Computed columns: the size of a text column in bytes, without reading the text. */
  readonly sizes?: Readonly<Record<string, Property<Entity>>>;
  /** Computed columns: SQL expressions by alias. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** An SQL expression for the bytes that SQLite reads for a row, where that is more than the row returns. */
  readonly readBytes?: string;
  /**
   * The sort key: a timestamp, with `id` as tie-breaker; or a text primary key, which allows ascending order and no
   * filters only.
   */
  readonly sortBy: Property<Entity>;
  readonly order: Order;
}

/** The definition of a list of rows: declared once, read with different filters. */
export interface List<Entity, Filters = object, Row = Entity> extends Selection<Entity> {
  /** The name that cursors are bound to. Lists of the same rows in the same order may share it. */
  readonly name: string;
  /** Maps filters to conditions, and to an order where a filter sets it. Default: all rows. */
  readonly where?: (filters: Filters) => Conditions<Entity> & { readonly order?: Order };
  /** A column of large texts: the sizes of a page are read before any of the texts. */
  readonly large?: Property<Entity>;
  /** The type of a row, for the compiler: it is never set. */
  readonly row?: Row;
}
