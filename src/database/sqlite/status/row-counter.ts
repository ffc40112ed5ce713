import type { Database as SqliteHandle, Statement } from 'better-sqlite3';

/** How many rows are counted before others have their turn: about a millisecond. */
const STRIDE = 10_000;
/** How long a count is good enough. */
const FRESH_MS = 60_000;

/** The tables of the memory, each with the columns of an index that holds every row, along which it is counted. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  events: ['timestamp', 'id'],
  conversations: ['session_id', 'timestamp', 'id'],
  cluster_snapshots: ['timestamp', 'id'],
  preferences: ['key'],
};

/**
 * Counts the rows of each table of the memory. SQLite keeps no such number and has to walk an index for it, which
 * at a million rows would keep every request waiting: so the count goes in strides with other work in between,
 * at most once a minute, and only where something was written since.
 */
export class RowCounter {
  /** The last count, by table; empty before the first one is done. */
  counts: ReadonlyMap<string, number> = new Map();
  /** When the counts were last known to be right, in milliseconds of `Date.now()`. */
  countedAt: number | undefined;
  private walk: Generator<undefined, void> | undefined;
  private countedVersion: unknown;
  private paths: readonly CountingPath[] | undefined;

  constructor(
    private readonly handle: SqliteHandle,
    private readonly freshMs = FRESH_MS,
    private readonly stride = STRIDE,
  ) {}

  /** Whether a count goes on. */
  get isCounting(): boolean {
    return this.walk !== undefined;
  }

  /**
   * Begins to count where the last count is too old. Tables shorter than a stride are counted when it returns;
   * longer ones in later turns of the event loop. Where the database fails, the last count stays.
   */
  refresh(): void {
    if (this.isCounting || Date.now() - (this.countedAt ?? -Infinity) < this.freshMs) return;
    this.walk = this.count();
    this.step(this.walk);
  }

  private step(walk: Generator<undefined, void>): void {
    try {
      if (walk.next().done !== true)
        setImmediate(() => {
          this.step(walk);
        });
      else this.walk = undefined;
    } catch {
      this.walk = undefined;
    }
  }

  private *count(): Generator<undefined, void> {
    const begun = Date.now();
    const version = this.handle.pragma('data_version', { simple: true });
    if (version !== this.countedVersion) {
      const counts = new Map<string, number>();
      this.paths ??= Object.entries(PATHS).map(
        ([table, columns]) => new CountingPath(this.handle, table, columns, this.stride),
      );
      for (const path of this.paths) counts.set(path.table, yield* path.count());
      this.counts = counts;
      this.countedVersion = version;
    }
    this.countedAt = begun;
  }
}

/** An index along which the rows of a table are counted, a stride at a time. */
class CountingPath {
  private readonly first: Statement;
  private readonly next: Statement;
  private readonly all: Statement;
  private readonly rest: Statement;

  constructor(
    handle: SqliteHandle,
    readonly table: string,
    columns: readonly string[],
    private readonly stride: number,
  ) {
    const path = columns.map((column) => `"${column}"`).join(', ');
    const beyond = `WHERE (${path}) > (${columns.map(() => '?').join(', ')})`;
    const last = `ORDER BY ${path} LIMIT 1 OFFSET ${stride - 1}`;
    this.first = handle.prepare(`SELECT ${path} FROM "${table}" ${last}`).raw();
    this.next = handle.prepare(`SELECT ${path} FROM "${table}" ${beyond} ${last}`).raw();
    this.all = handle.prepare(`SELECT count(*) FROM "${table}"`).pluck();
    this.rest = handle.prepare(`SELECT count(*) FROM "${table}" ${beyond}`).pluck();
  }

  /** Yields after each stride. @returns how many rows there are. */
  *count(): Generator<undefined, number> {
    let place = this.first.get() as unknown[] | undefined;
    if (!place) return Number(this.all.get());
    for (let rows = this.stride; ; rows += this.stride) {
      yield;
      const next = this.next.get(...place) as unknown[] | undefined;
      if (!next) return rows + Number(this.rest.get(...place));
      place = next;
    }
  }
}
