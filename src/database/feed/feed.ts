import type { Change } from './feed-change.js';

/** How far the changes of a database have come. */
export interface FeedState {
  /** Random. Positions are comparable under one identity only: what may run backwards gets another one. */
  readonly identity: string;
  /** The position of the last transaction that changed something. */
  readonly position: number;
  /** The position of the last change by topic; of `ANY_TOPIC` where the topic was not known. */
  readonly topics: ReadonlyMap<string, number>;
}

/** The port to the change feed in the database, which `Transaction.record` writes. */
export interface Feed {
  /** As it was when the engine was opened. */
  readonly initial: FeedState;
  /** Whether other instances write to it, so that it has to be read before an answer counts as current. */
  readonly isShared: boolean;
  /** The committed state: at once, where the engine reads on the event loop. */
  read(): FeedState | Promise<FeedState>;
  /**
   * The changes after a position, in order. Positions have no gaps: where the first one is not the next, what came before
   * it is no longer kept.
   * @param limit how many positions are read at most.
   */
  changesAfter(position: number, limit: number): readonly Change[] | Promise<readonly Change[]>;
}
