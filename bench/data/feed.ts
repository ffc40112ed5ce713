import Database from 'better-sqlite3';
import type { PostgresDatabase } from './postgres.js';

/** More changes in the feed of a memory that rests: each says that one event was saved, from the first event on. */
export function lengthenFeedOfFile(path: string, changes: number): void {
  const db = new Database(path);
  for (const statement of statementsFor(changes)) db.exec(statement);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

export async function lengthenFeed(database: PostgresDatabase, changes: number): Promise<void> {
  for (const statement of statementsFor(changes)) await database.query(statement);
}

function statementsFor(changes: number): string[] {
  const numbers = `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ${changes})`;
  const now = new Date().toISOString();
  return [
    `${numbers} INSERT INTO feed_changes (position, number, topic, kind, ids, is_complete, committed_at)
      SELECT (SELECT position FROM feed_head) + i, 0, 'events', 'insert', '[' || i || ']', true, '${now}' FROM numbers`,
    `UPDATE feed_head SET position = position + ${changes}`,
    `INSERT INTO feed_topics (topic, position) SELECT 'events', position FROM feed_head WHERE true
      ON CONFLICT (topic) DO UPDATE SET position = excluded.position`,
  ];
}
