import type { SnapshotRule } from './notation.js';
import type { Periods } from './periods.js';
import { prune } from './prune.js';

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

/**
 * Whether each snapshot is kept. One that was not compared yet is kept until it is: otherwise nobody would know what
 * changed. Those on both sides of a change are kept longer.
 * @param rows newest first.
 */
export function thinSnapshots(
  rows: readonly SnapshotRow[],
  { keep, changesMs }: SnapshotRule,
  periodsOf: (timestamp: string) => Periods,
  now: string,
): boolean[] {
  const marks = prune(rows, keep, periodsOf);
  const changesSince = new Date(Date.parse(now) - changesMs).toISOString();
  return rows.map((row, at) => {
    if (marks[at] !== undefined || !row.isCompared) return true;
    return row.timestamp >= changesSince && isNextToChange(rows, at);
  });
}

/** Whether it is the first with something new, or the last without it. */
export function isNextToChange(rows: readonly SnapshotRow[], at: number): boolean {
  return rows[at]?.hasChange === true || rows[at - 1]?.hasChange === true;
}
