import type { EntityManager } from 'typeorm';
import type { FeedChange } from './feed/feed-change.js';
import type { Query, QueryResult } from './query.js';

export interface BeginOptions {
  /** Counts from 1 where a group is repeated. */
  readonly attempt: number;
  /** Whether a crash of the machine may undo the commit, so that it need not wait for the disk. */
  readonly isAsynchronous: boolean;
}

/**
 * The port of the write queue to a database: one transaction at a time on one connection, with one savepoint at a time
 * inside it.
 */
export interface Transaction {
  /** False as soon as the database has rolled back by itself, as it may on a full disk. */
  readonly isOpen: boolean;
  /** Whether units of one statement are sent together, without waiting for each other's results. */
  readonly sendsAtOnce?: boolean;
  begin(options: BeginOptions): Promise<void> | void;
  /** Called before a unit that writes what others write with the next position taken. Missing where there are no others. */
  takePosition?(): Promise<void>;
  /** Runs a unit of one statement atomically. */
  execute(query: Query): Promise<QueryResult> | QueryResult;
  /** Begins a unit of work. @returns its manager, valid until the unit is released or undone. */
  savepoint(): Promise<EntityManager> | EntityManager;
  /** Releases the savepoint. */
  release(): Promise<void> | void;
  /** Rolls back to the savepoint; does nothing where the transaction is no longer open. */
  undo(): Promise<void> | void;
  /**
   * Called last before the commit, where something changed: takes the next position of the database, and records the
   * changes under it in the feed.
   * @returns the position.
   */
  record(changes: readonly FeedChange[]): Promise<number> | number;
  /** Resolves once everything is durable, unless the transaction was begun as an asynchronous one. */
  commit(): Promise<void> | void;
  /** Called between two transactions. Never throws. */
  checkpointIfDue(): Promise<void> | void;
  /** Whether the error of a unit is one of the whole transaction. */
  failsGroup?(error: unknown): boolean;
  /**
   * After how many milliseconds a group that has failed is repeated: only where certainly nothing of it is durable, and
   * where it may succeed. Asked before `abandon`. Missing where no group is repeated.
   */
  repeatDelay?(error: unknown, attempt: number): number | undefined;
  /** Ends the transaction in whatever state it is. Never throws. @param error why. */
  abandon(error: unknown): Promise<void> | void;
}
