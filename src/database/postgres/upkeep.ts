import type { PoolClient } from 'pg';
import { upkeepOf } from '../catalogue.js';
import type { FeedChange } from '../feed/feed-change.js';
import { POSTGRES_DIALECT } from './queries/dialect.js';

/**
 * Maintains derived tables at the end of a transaction, where SQLite has triggers: in the order of their keys, and with
 * the position of the feed taken, so that instances that write the same rows wait for each other and never in a circle.
 */
export async function maintainDerived(client: PoolClient, changes: readonly FeedChange[]): Promise<void> {
  for (const { topic, kind, ids, isComplete } of changes) {
    const upkeeps = kind === 'insert' && ids.length > 0 ? upkeepOf(topic) : [];
    for (const { afterInsert, takesFirstKeys } of upkeeps) {
      // Otherwise derived rows would be wrong for ever.
      if (!isComplete && !takesFirstKeys) throw new Error(`Too many rows of ${topic} in one transaction.`);
      const { text, values } = afterInsert(ids, isComplete);
      await client.query(POSTGRES_DIALECT.toDriver(text), [...values]);
    }
  }
}
