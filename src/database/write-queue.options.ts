export interface QueueOptions {
  /** Maximum number of waiting units. Default: 5000. */
  readonly capacity?: number | undefined;
  /** Units that share one transaction: bounds how long the first of them waits for the last. Default: 256. */
  readonly maxGroupUnits?: number;
  /** A monotonic clock in milliseconds. */
  readonly clock?: () => number;
}

/** Counts of units by outcome. */
export interface Outcomes {
  /** Durable on disk, but for those that commit asynchronously. */
  committed: number;
  /** Threw, and were rolled back to their savepoint. */
  undone: number;
  /** Failed with the shared transaction. */
  failed: number;
  /** Rejected, because the queue was full. */
  refused: number;
}

/** A finished transaction (group commit). */
export interface Group {
  readonly units: number;
  /** Duration of COMMIT, the sync to disk included; undefined where it was not committed, or not synced. */
  readonly commitSeconds: number | undefined;
}
