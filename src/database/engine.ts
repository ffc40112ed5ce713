import type { DataSource, EntityManager } from 'typeorm';
import type { HealthIndicator, Measure } from '../observability/health-indicators.js';
import type { BackupSource } from './sqlite/backup/backup.js';
import type { Maintenance } from './sqlite/workers/maintenance.js';
import type { Kind, StoredRow } from './catalogue.js';
import type { Changes, ForeignWrites } from './changes.js';
import type { RowReader } from './queries/dialect.js';
import type { Feed } from './feed/feed.js';
import type { ThreadRunner } from './thread-program.js';
import type { Transaction } from './transaction.js';
import type { Work, Write } from './unit.js';

/** What an engine can do: features and the database decide by these, and never by the name of the engine. */
export interface Capabilities {
  readonly engine: 'sqlite' | 'postgres';
  /** Whether several instances of the service may use the database at the same time: then it holds their secrets as well. */
  readonly severalInstances: boolean;
  /** The most units of work that share a transaction. */
  readonly maxGroupUnits: number;
}

/** The status of the database. `up` means that it can be read and is migrated. */
export type DatabaseStatus =
  | { readonly status: 'down'; readonly reason: string }
  | {
      readonly status: 'up';
      readonly engine: Capabilities['engine'];
      readonly sqliteVersion?: string;
      readonly postgresVersion?: string;
      /** The newest applied migration. */
      readonly migration: string;
      /** What a commit waits for, in the engine's own words. */
      readonly synchronous: string;
      /** The journal mode of SQLite. */
      readonly journalMode?: string;
      readonly sizeBytes: number;
    };

/** Reads that may take long. */
export interface ReadMeasures {
  /** How many wait for a thread or a connection. */
  readonly depth: number;
  /** How many have one. */
  readonly running: number;
}

/** Sizes on the disk, in bytes; `undefined` where the engine has no such thing or cannot say. */
export interface StorageMeasures {
  /** The database itself. */
  readonly databaseBytes: number | undefined;
  /** The write-ahead log beside it. */
  readonly walBytes: number | undefined;
  /** Free pages inside the database, which are reused before it grows. */
  readonly freeListBytes: number | undefined;
}

/** Row counts by table, refreshed in the background. */
export interface RowCounts {
  /** The last count; empty before the first one is done. */
  readonly counts: Readonly<Record<string, number>>;
  /** When the counts were last up to date, in milliseconds of `Date.now()`. */
  readonly countedAt: number | undefined;
  /** Counts again if the last count is too old. Never throws. */
  refresh(): Promise<void>;
}

/** A time span, in canonical form; it selects rows by their time column. */
export interface TimeSpan {
  /** From this time on (inclusive). */
  readonly since?: string | undefined;
  /** Before this time. */
  readonly until?: string | undefined;
}

/** A consistent snapshot of all rows. It must be closed, and soon: it holds back the work of the engine. */
export interface ReadSnapshot {
  /** Number of rows of a kind in the span. */
  count(kind: Kind, span?: TimeSpan): Promise<number>;
  /** The last id that was given out, by kind; the row may have been deleted. */
  lastIds(): Promise<Partial<Record<Kind, number>>>;
  /** The rows of a kind in the span, in ascending key order, in slices of some milliseconds of work. */
  slices(kind: Kind, span?: TimeSpan): AsyncIterable<Iterable<StoredRow>>;
  /** Finds the stored row with the key of a given row. */
  find(kind: Kind, row: StoredRow): Promise<StoredRow | undefined>;
  /** Ends a statement that runs: what waits for it fails. Missing where none runs while the event loop turns. */
  cancel?(): void;
  /** Nothing is read any more. Never throws. */
  close(): Promise<void>;
}

/** Writes rows with their own keys, inside a unit of work, for an import. */
export interface RowTransfer {
  /** Rows with an existing key are skipped. @returns the number of inserted rows. */
  insert(manager: EntityManager, kind: Kind, rows: readonly StoredRow[]): Promise<number>;
  /** Raises the generators of ids, so that ids up to the given ones are never given out again. */
  raiseLastIds(manager: EntityManager, lastIds: Partial<Record<Kind, number>>): Promise<void>;
}

/** An engine with a database. `sqlite/` and `postgres/` implement it, and nothing else knows which one there is. */
export interface Engine {
  readonly capabilities: Capabilities;
  /** TypeORM's repositories read through it. It is not connected where the database cannot be used. */
  readonly reader: DataSource;
  readonly rows: RowReader;
  readonly threads: ThreadRunner;
  readonly transfer: RowTransfer;
  /** What only a usable database has. */
  readonly serving: Serving | undefined;
  /** Whether the database is ours: a refused one may belong to another program. */
  readonly isOurs: boolean;
  readonly indicators: readonly HealthIndicator[];
  readonly measures: readonly Measure[];
  /** Resolves when a server answers that could not be reached at the start; missing where that is not the case. */
  readonly serverReturned?: Promise<void> | undefined;
  /** Why nothing is read or written, as of now; undefined where the database is usable. */
  refusal(): string | undefined;
  /** @returns undefined where the database cannot be measured. */
  storage(): Promise<StorageMeasures | undefined> | StorageMeasures | undefined;
  /** Never throws. */
  status(): Promise<DatabaseStatus>;
  openReadSnapshot(): Promise<ReadSnapshot>;
  /** What a backup copies, and the threads that do it where they have other work as well. */
  readonly backedUp: { readonly source: BackupSource; readonly maintenance?: Maintenance };
  /** Called before each write. @returns what is checked again when the turn of the unit comes. */
  admit(isAllowedOnFullDisk: boolean): (() => void) | undefined;
  /** Translates an error of the engine to a problem; returns any other error unchanged. Takes note of damage. */
  translateReadError(error: unknown): unknown;
  translateWriteError(error: unknown): unknown;
  /** Ends what runs in the background; the write queue is drained after it. */
  stop(): Promise<void>;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** What a usable database serves with. */
export interface Serving {
  readonly transaction: Transaction;
  readonly foreignWrites: ForeignWrites;
  readonly feed: Feed;
  readonly counts: RowCounts;
  readonly reads: ReadMeasures;
  /** A unit of work that writes without changing anything. */
  readonly probe: Work<unknown>;
  /** A unit of work that gives some free space back to the disk, and says whether there is more; missing where it cannot. */
  readonly giveBack?: Work<boolean>;
  /** Begins what the engine does in the background. @param write runs a unit of work that changes no answer. */
  begin(write: Write, changes: Changes): void;
}
