import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { now } from '../../time/time.js';
import type { Change, FeedChange } from '../feed/feed-change.js';
import type { Feed, FeedState } from '../feed/feed.js';
import { NEWER_VERSION_REASON } from './migrator.js';
import { databaseUnavailable } from '../database-problems.js';
import { translatePostgresError } from './connection/errors.js';
import { poolOf } from './queries/row-reader.js';

/** The channel of notifications; the payload is the position. */
export const CHANNEL = 'jarvis_memory';

interface StateRow {
  readonly identity: string;
  readonly position: number;
  readonly topic: string | null;
  readonly last: number | null;
  readonly migration: number;
  readonly isReadOnly: boolean;
}

interface ChangeRow extends Omit<Change, 'ids'> {
  readonly ids: string;
}

const STATE = `SELECT head.identity, head.position, topics.topic, topics.position AS last,
    (SELECT max("timestamp") FROM memory_migrations) AS migration,
    current_setting('transaction_read_only', true) = 'on' AS "isReadOnly"
  FROM feed_head AS head LEFT JOIN feed_topics AS topics ON true WHERE head.id = 1`;

const AFTER = `SELECT position, topic, kind, ids, is_complete AS "isComplete" FROM feed_changes
  WHERE position > $1 AND position <= (
    SELECT max(position) FROM (SELECT DISTINCT position FROM feed_changes WHERE position > $1 ORDER BY position LIMIT $2) AS p)
  ORDER BY position, number`;

/** One statement takes the position, which other instances wait for until the commit, and writes under it. */
const recordStatement = (notify: string): string => `WITH head AS (
    UPDATE feed_head SET position = feed_head.position + 1 WHERE id = 1 RETURNING position
  ), changes AS (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::boolean[])
      AS given (number, topic, kind, ids, is_complete)
  ), written AS (
    INSERT INTO feed_changes (position, number, topic, kind, ids, is_complete, committed_at)
    SELECT head.position, number, topic, kind, ids, is_complete, $6 FROM head, changes
  ), topics AS (
    INSERT INTO feed_topics (topic, position) SELECT DISTINCT topic, head.position FROM head, changes
    ON CONFLICT (topic) DO UPDATE SET position = excluded.position
  )
  SELECT position, (SELECT max("timestamp") FROM memory_migrations) AS migration${notify} FROM head`;

/** The change feed in tables that all instances write. */
export class PostgresFeed implements Feed {
  readonly isShared = true;
  private readonly statement: string;
  private migration = 0;

  private constructor(
    private readonly reader: DataSource,
    readonly initial: FeedState,
    hasNotify: boolean,
    private readonly newestMigration: number,
  ) {
    this.statement = recordStatement(hasNotify ? `, pg_notify('${CHANNEL}', position::text)` : '');
  }

  /** @param hasNotify whether a notification may be sent with each position, which wakes other instances. */
  static async open(reader: DataSource, hasNotify: boolean, newestMigration: number): Promise<PostgresFeed> {
    const { state } = await readState(reader);
    return new PostgresFeed(reader, state, hasNotify, newestMigration);
  }

  /** Whether a newer version has migrated the database: then this one neither reads nor writes it. */
  get isOutdated(): boolean {
    return this.migration > this.newestMigration;
  }

  /**
   * Whoever asks for an ETag waits for this, and is answered from memory afterwards.
   * @throws ProblemError where the server does not answer, or a newer version has migrated the database.
   */
  async read(): Promise<FeedState> {
    try {
      const { migration, state } = await readState(this.reader);
      this.migration = migration;
      if (this.isOutdated) throw databaseUnavailable(NEWER_VERSION_REASON);
      return state;
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  async changesAfter(position: number, limit: number): Promise<Change[]> {
    const { rows } = await poolOf(this.reader).query<ChangeRow>(AFTER, [position, limit]);
    return rows.map((row) => ({ ...row, ids: JSON.parse(row.ids) as Change['ids'] }));
  }

  /**
   * Takes the next position inside a transaction and records the changes under it.
   * @throws ProblemError `database_unavailable` where a newer version has migrated the database meanwhile.
   */
  async record(client: PoolClient, changes: readonly FeedChange[]): Promise<number> {
    const { rows } = await client.query<{ position: number; migration: number }>(this.statement, [
      changes.map((_, number) => number),
      changes.map(({ topic }) => topic),
      changes.map(({ kind }) => kind),
      changes.map(({ ids }) => JSON.stringify(ids)),
      changes.map(({ isComplete }) => isComplete),
      now(),
    ]);
    const [taken] = rows;
    if (!taken) throw databaseUnavailable('The change feed of the database is missing.');
    this.migration = taken.migration;
    if (this.isOutdated) throw databaseUnavailable(NEWER_VERSION_REASON);
    return taken.position;
  }
}

async function readState(reader: DataSource): Promise<{ migration: number; state: FeedState }> {
  const rows = await stateRows(reader);
  const [head] = rows;
  if (!head) throw databaseUnavailable('The change feed of the database is missing.');
  const topics = rows.flatMap(({ topic, last }) =>
    topic === null || last === null ? [] : [[topic, last] as const],
  );
  const state = { identity: head.identity, position: head.position, topics: new Map(topics) };
  return { migration: head.migration, state };
}

/** A connection to a server that has become a standby is closed: its rows may be older than what was acknowledged. */
async function stateRows(reader: DataSource): Promise<readonly StateRow[]> {
  const client = await poolOf(reader).connect();
  let isUsable = false;
  try {
    const { rows } = await client.query<StateRow>(STATE);
    isUsable = rows[0]?.isReadOnly !== true;
    if (isUsable) return rows;
    throw databaseUnavailable('The database server is a standby, which only reads.');
  } finally {
    client.release(!isUsable);
  }
}
