import type { Database as SqliteHandle } from 'better-sqlite3';
import type { Maintenance } from '../workers/maintenance.js';

/** How long a count is good enough. */
const FRESH_MS = 60_000;

/**
 * Counts the rows of tables. SQLite keeps no such number and has to walk an index for it, so a thread does, at most
 * once a minute, and only where something was written since. Meanwhile the last count is shown, with its age.
 */
export class RowCounter {
  /** The last count, by table; empty before the first one is done. */
  counts: Readonly<Record<string, number>> = {};
  /** When the counts were last known to be right, in milliseconds of `Date.now()`. */
  countedAt: number | undefined;
  private countedVersion: unknown;
  private isCounting = false;

  /** @param handle a connection that does not write: it sees that others did. */
  constructor(
    private readonly handle: SqliteHandle,
    private readonly tables: readonly string[],
    private readonly maintenance: Maintenance,
    private readonly freshMs = FRESH_MS,
  ) {}

  /** Counts where the last count is too old. Never throws: where it fails, the last count stays. */
  async refresh(): Promise<void> {
    const begun = Date.now();
    if (this.isCounting || begun - (this.countedAt ?? -Infinity) < this.freshMs) return;
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
      // The database or the disk does not answer; the next one who asks tries again.
    } finally {
      this.isCounting = false;
    }
  }
}
