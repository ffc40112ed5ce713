import type { Change } from '../feed/feed-change.js';
import type { Write } from '../unit.js';

/** Work that follows what is written: it derives or packs rows, some moments later. */
export interface BackgroundWork {
  /** What the log and the lease call it. */
  readonly name: string;
  /** Whether these changes, with those that were told before, are enough to begin. */
  isDueAfter(changes: readonly Change[]): boolean;
  /** Whether there is anything to do. It is asked before the work is taken from other instances. */
  isBehind(): Promise<boolean>;
  /** Does what there is to do. A failure is met again by the next run. */
  catchUp(run: BackgroundRun): Promise<void>;
}

export interface BackgroundRun {
  /**
   * Does a step, from what a thread computes to what is written of it, while no other background work has one: where there
   * are two processors, the event loop would wait for one of them while it writes.
   */
  readonly inTurn: <T>(step: () => Promise<T>) => Promise<T>;
  /** Runs a unit of work that changes no answer, and that a crash may undo: it is done again by the next run. */
  readonly write: Write;
  /** Aborted when the database is closed. */
  readonly signal: AbortSignal;
  /** Called after each unit, with the time that it took: rests where others wrote meanwhile. */
  readonly restAfter: (ms: number) => Promise<void>;
}
