/**
 * What a feature says of a table that it owns, in a file beside its entity. The role of a table decides what is done
 * with it:
 *
 * | role    | is                                   | exported, counted | salvaged, when the file is damaged |
 * |---------|--------------------------------------|-------------------|------------------------------------|
 * | kept    | what the memory was told             | yes               | yes                                |
 * | derived | made from other tables               | no                | no: it is made again               |
 * | running | what the service needs while it runs | no                | as the entry says                  |
 *
 * Timestamps and JSON documents are checked in all of them. These files import nothing but types: the database reads them
 * before anything else of a feature, and commands that do not serve read them without loading TypeORM.
 */
export type TableEntry = KeptEntry | DerivedEntry | RunningEntry;

/**
 * What a column holds. SQLite lets any column hold anything, and files of the first backend make use of that:
 * a `flag` may be 0 or 1, an `amount` a text, a `document` a text that is no JSON. An `id` is a whole number that the
 * database gives out, and never twice.
 */
export type Form = 'plain' | 'id' | 'flag' | 'amount' | 'document' | 'timestamp';

/** The fields that the columns of an entity have. */
type FieldOf<Entity> = keyof Entity & string;

interface Entry<Entity> {
  readonly name: string;
  /** By field; the column has the same name in snake case. */
  readonly columns: Readonly<Record<FieldOf<Entity>, Form>>;
}

export interface KeptEntry<Entity = Record<string, unknown>> extends Entry<Entity> {
  readonly role: 'kept';
  /** The name that a row has in exports. */
  readonly kind: string;
  /** The field that is the primary key. */
  readonly key: FieldOf<Entity>;
  /** By which the rows are sorted in time, and cut to a span. */
  readonly timeField: FieldOf<Entity>;
  /** Whether the first Jarvis backend had it: by those tables a file is known. */
  readonly isOriginal: boolean;
}

export interface DerivedEntry<Entity = Record<string, unknown>> extends Entry<Entity> {
  readonly role: 'derived';
  /** Finds where it differs from what it is made from; `undefined` where nothing can tell. */
  readonly check: Question | undefined;
  /** How the names of the tables begin that a virtual table keeps its rows in. */
  readonly shadowPrefix?: string;
}

export interface RunningEntry<Entity = Record<string, unknown>> extends Entry<Entity> {
  readonly role: 'running';
  readonly isSalvaged: boolean;
  /** Where it decides who is let in: nothing of others may touch it. What grants comes with a backup only if asked. */
  readonly access?: 'grants' | 'denies';
}

/** SQL that counts, and what to say of the count where it is not 0. */
export interface Question {
  readonly count: string;
  readonly says: string;
}
