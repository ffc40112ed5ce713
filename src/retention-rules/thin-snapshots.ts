import type { SnapshotRule } from './notation.js';
import type { Periods } from './periods.js';
import { Pruning } from './prune.js';

/** What is known of a snapshot without its state. */
export interface SnapshotRow {
  readonly id: number;
  readonly timestamp: string;
  /** Whether it was compared with the one before it. */
  readonly isCompared: boolean;
  /** Whether it differs from the one before it, by more than noise. */
  readonly hasChange: boolean;
  /** What it takes in the database, about. */
  readonly bytes: number;
}

/** Says of each whether it is the first with something new, or the last without it. Asked newest first. */
export class NextToChange {
  private newerHasChange = false;

  of({ hasChange }: SnapshotRow): boolean {
    const isNext = hasChange || this.newerHasChange;
    this.newerHasChange = hasChange;
    return isNext;
  }
}

/**
 * Says of each snapshot whether a rule keeps it. One that was not compared yet is kept until it is: otherwise nobody
 * would know what changed. Those on both sides of a change are kept longer.
 */
export class Thinning {
  private readonly pruning: Pruning;
  private readonly changes = new NextToChange();
  private readonly changesSince: string;

  constructor({ keep, changesMs }: SnapshotRule, now: string) {
    this.pruning = new Pruning(keep);
    this.changesSince = new Date(Date.parse(now) - changesMs).toISOString();
  }

  /** Asked newest first. */
  keeps(row: SnapshotRow, periods: Periods): boolean {
    const isNextToChange = this.changes.of(row);
    const option = this.pruning.keptBy(row.id, periods);
    return option !== undefined || !row.isCompared || (isNextToChange && row.timestamp >= this.changesSince);
  }
}
