import type { Query } from './query.js';

/**
 * A feature describes each table that it owns, in a file beside its entity. The role decides how the table is treated:
 *
 * | role        | holds                                | exported, counted | kept in a copy of the memory |
 * |-------------|--------------------------------------|-------------------|------------------------------|
 * | content     | what clients stored                  | yes               | yes                          |
 * | derived     | rows computed from other tables      | no                | no: rebuilt; but see `kept`  |
 * | operational | what the service needs while it runs | no                | as the entry says            |
 *
 * `check` validates timestamps and JSON documents in all of them. These files import types only: the database loads them
 * before anything else of a feature, and commands load them without TypeORM.
 */
export type TableEntry = ContentEntry | DerivedEntry | OperationalEntry;

/**
 * The content of a column. SQLite columns are dynamically typed, and files of the first backend rely on it: a `flag`
 * may be 0 or 1, an `amount` a text, a `document` a text that is not JSON. An `id` is an AUTOINCREMENT key, never reused.
 * What is `internal` the service makes of the other columns: exports do not have it.
 */
export type Form = 'plain' | 'id' | 'flag' | 'amount' | 'document' | 'timestamp' | 'internal';

/** The property names of an entity. */
type FieldOf<Entity> = keyof Entity & string;

interface Entry<Entity> {
  readonly name: string;
  /** By field; the column has the same name in snake_case. */
  readonly columns: Readonly<Record<FieldOf<Entity>, Form>>;
}

/** Rows that go along where a memory is copied. */
export interface Kept<Field extends string = string> {
  /** The fields of the primary key: copies are compared in its order. */
  readonly by: readonly Field[];
  /** Not where they come from a damaged file. */
  readonly unlessDamaged?: boolean;
}

export interface ContentEntry<Entity = Record<string, unknown>> extends Entry<Entity> {
  readonly role: 'content';
  /** The `kind` of a row in exports. */
  readonly kind: string;
  /** The field that is the primary key. */
  readonly key: FieldOf<Entity>;
  /** The timestamp that orders rows and selects a time span. */
  readonly timeField: FieldOf<Entity>;
  /**
   * The fields by which rows are the same, where ids say nothing: they are given out by triggers in each database. An import
   * takes them for what they are, and gives new ids.
   */
  readonly sameBy?: readonly FieldOf<Entity>[];
  /** Whether the first Jarvis backend had the table: those tables identify a file. */
  readonly isOriginal: boolean;
  /** What the text index takes in; missing where the table has none. */
  readonly search?: SearchedColumns<FieldOf<Entity>>;
  /** Where large texts of old rows are packed; missing where the table has no such texts. */
  readonly packed?: PackedColumn<FieldOf<Entity>>;
}

/**
 * A document that may be packed: it is empty then, and the columns `block_id`, `block_index` and `bytes` say in which block
 * it lies, where in it, and how large it is.
 */
export interface PackedColumn<Field extends string = string> {
  readonly field: Field;
  /** The table of the blocks. */
  readonly blocks: string;
}

export interface SearchedColumns<Field extends string = string> {
  /** The fields whose text is searched: of a document, its values. */
  readonly body: readonly Field[];
  /** The fields that rows are filtered by, with the letter that begins their term in the index. */
  readonly tags: Readonly<Partial<Record<Field, string>>>;
  /** Whether its rows are events, which occur again and again: the pattern of each has terms in the index. */
  readonly hasPattern?: boolean;
}

export interface DerivedEntry<Entity = Record<string, unknown>> extends Entry<Entity> {
  readonly role: 'derived';
  /** Compares it with the tables it is computed from; `undefined` where there is no such check. */
  readonly check: CountCheck | undefined;
  /** Name prefix of the shadow tables of a virtual table. */
  readonly shadowPrefix?: string;
  /** Maintains it with the rows of a table, in the same transaction, where no trigger of the schema does. */
  readonly upkeep?: Upkeep;
  /** Set where clients hold its ids: a move copies its rows, in place of those that are computed. */
  readonly kept?: Kept<FieldOf<Entity>>;
  /** Where it holds sums by quarter of an hour: its check and its upkeep follow from that. */
  readonly sums?: QuarterSums;
}

/** Sums by UTC quarter of an hour (`began_at`) and one more column. The same is in triggers, where an engine has them. */
export interface QuarterSums {
  /** The table whose rows are summed, by their column `timestamp`. */
  readonly of: string;
  /** The other column; NULL counts as an empty text. */
  readonly label: string;
  /** What a row adds to each column: an SQL expression. The first is 1. */
  readonly amounts: Readonly<Record<string, string>>;
  /** What `check` says of quarters that do not agree with their rows. */
  readonly disagreement: string;
}

export interface Upkeep {
  /** The table, and the topic of its writes. */
  readonly of: string;
  /** Takes inserted rows into account, at most 1000 at once. Rows are locked in the order of their keys. */
  readonly afterInsert: (keys: readonly (string | number)[]) => Query;
  /** Takes rows out of account that are about to be deleted, by the condition that selects them. */
  readonly beforeDelete?: (condition: Query) => Query;
}

export interface OperationalEntry<Entity = Record<string, unknown>> extends Entry<Entity> {
  readonly role: 'operational';
  /** Where a memory is copied: by a move, a backup of a server, a salvage. */
  readonly kept: Kept<FieldOf<Entity>> | false;
  /** Set for tables of access control, which foreign triggers and views must not touch. A restore can omit what grants. */
  readonly access?: 'grants' | 'denies';
}

/** A query that counts violations, and the message for a count above 0. */
export interface CountCheck {
  readonly count: string;
  readonly message: string;
  /** Whether it looks into an index that only files have. */
  readonly isOfFile?: boolean;
}
