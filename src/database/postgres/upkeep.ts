import type { PoolClient } from 'pg';
import { upkeepOf } from '../catalogue.js';
import type { FeedChange } from '../feed/feed-change.js';
import { POSTGRES_DIALECT } from './queries/dialect.js';

/**
 * Maintains derived tables at the end of a transaction, where SQLite has triggers: in the order of their keys, and with
 * the position of the feed taken, so that instances that write the same rows wait for each other and never in a circle.
 */
export async function maintainDerived(client: PoolClient, changes: readonly FeedChange[]): Promise<void> {
  const sent = changes
    .filter(({ kind }) => kind === 'insert')
    .flatMap(({ topic, ids }) =>
      upkeepOf(topic).map(({ afterInsert }) => {
        const { text, values } = afterInsert(ids);
        return client.query(POSTGRES_DIALECT.toDriver(text), [...values]);
      }),
    );
  await Promise.all(sent);
}
