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
 * Timestamps and JSON documents are checked in all of them. These files import nothing but entities and types: the
 * database reads them before anything else of a feature.
 */
export type TableEntry = KeptEntry | DerivedEntry | RunningEntry;

/**
 * What a column holds. SQLite lets any column hold anything, and files of the first backend make use of that:
 * a `flag` may be 0 or 1, an `amount` a text, a `document` a text that is no JSON.
 */
export type Form = 'plain' | 'flag' | 'amount' | 'document' | 'timestamp';

/** A table without an entity: what no TypeORM repository reads. */
interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

interface Entry<Field extends string> {
  /** An entity says the name, the columns and the key. */
  readonly definedBy: (new () => object) | TableShape;
  /** What the type of a column does not say: which texts are documents, and which are timestamps. */
  readonly forms?: Readonly<Partial<Record<Field, 'document' | 'timestamp'>>>;
}

export interface KeptEntry<Field extends string = string> extends Entry<Field> {
  readonly role: 'kept';
  readonly definedBy: new () => object;
  /** The name that a row has in exports. */
  readonly kind: string;
  /** By which the rows are sorted in time, and cut to a span. */
  readonly timeField: Field;
  /** Whether the first Jarvis backend had it: by those tables a file is known. */
  readonly isOriginal: boolean;
}

export interface DerivedEntry<Field extends string = string> extends Entry<Field> {
  readonly role: 'derived';
  /** Finds where it differs from what it is made from; `undefined` where nothing can tell. */
  readonly check: Question | undefined;
  /** How the names of the tables begin that a virtual table keeps its rows in. */
  readonly shadowPrefix?: string;
}

export interface RunningEntry<Field extends string = string> extends Entry<Field> {
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
