import type { Periods } from './periods.js';
import { isNextToChange, type SnapshotRow } from './thin-snapshots.js';

/**
 * The snapshots in the order in which a budget gives them up: first those of which another stands for their hour, then
 * those of a day, a week, a month, then the last ones of months, and those on both sides of a change at the end; the oldest first in
 * each step. The newest, and what was not compared yet, are never given up.
 * @param rows newest first: those that no rule removes.
 * @returns their places in `rows`.
 */
export function leastValuableFirst(
  rows: readonly SnapshotRow[],
  periodsOf: (timestamp: string) => Periods,
): number[] {
  const steps: number[][] = [[], [], [], [], [], []];
  let newer: Periods | undefined;
  rows.forEach(({ timestamp, isCompared }, at) => {
    const periods = periodsOf(timestamp);
    const step = isNextToChange(rows, at) ? 5 : worthOf(periods, newer);
    if (at > 0 && isCompared) steps[step]?.push(at);
    newer = periods;
  });
  return steps.flatMap((places) => places.reverse());
}

/** How long a period it is the last of, compared with the next newer one. */
function worthOf(own: Periods, newer: Periods | undefined): number {
  if (newer?.hour === own.hour) return 0;
  if (newer?.day === own.day) return 1;
  if (newer?.week === own.week) return 2;
  return newer?.month === own.month ? 3 : 4;
}
