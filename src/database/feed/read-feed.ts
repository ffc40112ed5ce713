import { databaseUnavailable } from '../database-problems.js';
import type { Database } from '../database.js';
import type { Change } from './feed-change.js';
import type { FeedState } from './feed.js';

/** A part of the change feed, and how far the feed has come. */
export interface FeedPart extends Pick<FeedState, 'identity' | 'position'> {
  /** In order; those of a transaction are together. */
  readonly changes: readonly Change[];
  /** Whether what follows the position directly is no longer kept. */
  readonly isCut: boolean;
}

/** What is committed between the two reads of an attempt is read by the next one. */
const MAX_ATTEMPTS = 3;

/**
 * Reads the change feed after a position. The changes are read first: those that were read before the feed began another
 * identity are not taken for changes of that.
 * @param limit how many positions are read at most.
 * @throws the problems of `Database.read`.
 */
export function readFeed(database: Database, after: number, limit: number): Promise<FeedPart> {
  return database.read(async () => {
    const feed = database.engine.serving?.feed;
    if (!feed) throw databaseUnavailable('The database is not open.');
    for (let attempt = 1; ; attempt++) {
      const changes = await feed.changesAfter(after, limit);
      const { identity, position } = await feed.read();
      const [first] = changes;
      if (!first && position > after && attempt < MAX_ATTEMPTS) continue;
      return { identity, position, changes, isCut: first ? first.position > after + 1 : position > after };
    }
  });
}
