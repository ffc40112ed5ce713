import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Maintenance } from '../workers/maintenance.js';

/** Maximum age of a count before it is refreshed. */
const MAX_AGE_MS = 60_000;

/**
 * Counts the rows of tables. SQLite has to scan an index for it, so a thread does, at most once a minute and only after
 * writes. Meanwhile the last count is used, with its age.
 */
export class RowCounter {
  /** The last count, by table; empty before the first one is done. */
  counts: Readonly<Record<string, number>> = {};
  /** When the counts were last up to date, in milliseconds of `Date.now()`. */
  countedAt: number | undefined;
  private countedVersion: unknown;
  private isCounting = false;

  /** @param handle a read-only connection: its `data_version` changes with every write. */
  constructor(
    private readonly handle: SqliteHandle,
    private readonly tables: readonly string[],
    private readonly maintenance: Maintenance,
    private readonly maxAgeMs = MAX_AGE_MS,
  ) {}

  /** Counts again if the last count is too old. Never throws: after a failure the last count stays. */
  async refresh(): Promise<void> {
    const begun = Date.now();
    if (this.isCounting || begun - (this.countedAt ?? -Infinity) < this.maxAgeMs) return;
    this.isCounting = true;
    try {
      const version = this.handle.pragma('data_version', { simple: true });
      if (version !== this.countedVersion) {
        const order = { file: this.handle.name, tables: this.tables };
        this.counts = await this.maintenance.run('count', order, { ref: false });
        this.countedVersion = version;
      }
      this.countedAt = begun;
    } catch {
      // The database or the disk does not respond; the next call tries again.
    } finally {
      this.isCounting = false;
    }
  }
}
