import type { Periods } from './periods.js';
import { NextToChange, type SnapshotRow } from './thin-snapshots.js';

/** A snapshot that goes, and the bytes that this frees. */
export interface Removal {
  readonly id: number;
  readonly timestamp: string;
  readonly bytes: number;
}

/**
 * Puts snapshots in the order in which a budget gives them up: first those of which another stands for their hour, then
 * those of a day, a week, a month, then the last ones of months, and those on both sides of a change at the end; in each
 * step the oldest first. The newest, and what was not compared yet, are never given up.
 */
export class LeastValuable {
  private readonly steps: readonly Removal[][] = [[], [], [], [], [], []];
  private readonly changes = new NextToChange();
  private newer: Periods | undefined;

  /** Called newest first, with what no rule removes. */
  add(row: SnapshotRow, periods: Periods): void {
    const isNextToChange = this.changes.of(row);
    const step = isNextToChange ? this.steps.length - 1 : worthOf(periods, this.newer);
    const { id, timestamp, bytes } = row;
    if (this.newer && row.isCompared) this.steps[step]?.push({ id, timestamp, bytes });
    this.newer = periods;
  }

  /** As many as free so much. */
  take(bytes: number): Removal[] {
    const taken: Removal[] = [];
    let missing = bytes;
    for (const step of this.steps) {
      for (let at = step.length - 1; at >= 0 && missing > 0; at--) {
        const given = step[at];
        if (!given) continue;
        taken.push(given);
        missing -= given.bytes;
      }
    }
    return taken;
  }
}

/** How long a period it is the last of, compared with the next newer one. */
function worthOf(own: Periods, newer: Periods | undefined): number {
  if (newer?.hour === own.hour) return 0;
  if (newer?.day === own.day) return 1;
  if (newer?.week === own.week) return 2;
  return newer?.month === own.month ? 3 : 4;
}
