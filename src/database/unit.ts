import type { EntityManager } from 'typeorm';
import { NO_CHANGE, type Subject } from './feed/feed-change.js';
import type { Query } from './query.js';

/**
 * A unit of work, committed atomically. It awaits only its manager, and turns of the event loop where it is large,
 * because every other write waits meanwhile.
 */
export type Work<T> = (manager: EntityManager) => Promise<T>;

/** Runs a unit of work. */
export type Write = <T>(work: Work<T>) => Promise<T>;

/** Options of a unit of work. */
export interface UnitOptions {
  /** What it writes. Default: unknown. */
  readonly subject?: Subject | undefined;
  /** Memory that it holds until it is settled. */
  readonly bytes?: number | undefined;
  /** Called when the turn of the unit comes; an error that it throws fails the unit. */
  readonly precondition?: (() => void) | undefined;
  /**
   * Whether it writes derived rows, or the feed, itself. Others write those at the end of their transactions, with the next
   * position taken: it takes the position first, so that instances never wait for each other in a circle.
   */
  readonly takesPosition?: boolean | undefined;
  /**
   * Whether a crash may undo it although it was committed: it derives or packs what the next run would derive or pack
   * again, and changes no answer. Its commit does not wait for the disk; the next one of others makes it durable too.
   */
  readonly commitsAsynchronously?: boolean | undefined;
}

/** A unit that waits or runs. */
export interface Unit extends UnitOptions {
  readonly work: Work<unknown> | Query;
  readonly subject: Subject;
  readonly bytes: number;
  readonly succeed: (result: unknown) => void;
  readonly fail: (error: unknown) => void;
  result?: unknown;
  /** Whether it was told that it has failed by itself: it is not run again where its group is repeated. */
  hasFailed?: boolean;
}

/**
 * Whether two units may be in one transaction: where one takes the position, rows of others are taken into account only at the
 * end; and all of them are synced, or none.
 */
export function isAlike(one: Unit | undefined, other: Unit | undefined): boolean {
  if (!one || !other) return false;
  return (
    Boolean(one.takesPosition) === Boolean(other.takesPosition) && mayBeUndone(one) === mayBeUndone(other)
  );
}

/** Whether a crash may undo it after its commit: never what changes an answer. */
export function mayBeUndone(unit: Unit | undefined): boolean {
  return Boolean(unit?.commitsAsynchronously) && unit?.subject === NO_CHANGE;
}
