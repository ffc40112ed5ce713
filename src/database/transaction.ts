import type { EntityManager } from 'typeorm';
import type { Query, QueryResult } from './query.js';

/**
 * One transaction at a time on one connection, with one savepoint at a time inside it: all that the write
 * queue needs to know of a database.
 */
export interface Transaction {
  /** False as soon as the database itself has given the transaction up, as it may on a full disk. */
  readonly isOpen: boolean;
  begin(): Promise<void> | void;
  /** Runs a unit of work that is one statement: all of it, or nothing where it throws. */
  execute(query: Query): Promise<QueryResult> | QueryResult;
  /** Begins a unit of work. @returns what works inside it, and only until it is released or undone. */
  savepoint(): Promise<EntityManager> | EntityManager;
  /** Keeps what was done since the savepoint. */
  release(): Promise<void> | void;
  /** Undoes what was done since the savepoint; nothing is left to undo where the transaction is no longer open. */
  undo(): Promise<void> | void;
  /** Resolves once everything is durable. */
  commit(): Promise<void> | void;
  /** For what is to be done between two transactions. Never throws. */
  checkpointIfDue(): Promise<void> | void;
  /** Leaves the connection outside of any transaction, whatever happened. Never throws. */
  abandon(): Promise<void> | void;
}
