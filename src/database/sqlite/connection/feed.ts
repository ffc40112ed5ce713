import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import { now } from '../../../time/time.js';
import type { Change, FeedChange, Key } from '../../feed/feed-change.js';
import type { Feed, FeedState } from '../../feed/feed.js';
import { newIdentity } from '../../feed/identity.js';
import type { FeedHead } from '../file/lock-file.js';

interface ChangeRow {
  readonly position: number;
  readonly topic: string;
  readonly kind: Change['kind'];
  readonly ids: string;
  readonly is_complete: number;
}

interface StateRow {
  readonly identity: string | null;
  readonly topic: string | null;
  readonly position: number;
}

type Name = 'advance' | 'addChange' | 'setTopic' | 'renew';

/**
 * A row that is missing or was set back by hand is mended by the next write: positions never run backwards.
 */
const STATEMENTS: Readonly<Record<Name, string>> = {
  advance: `INSERT INTO "feed_head" ("id", "identity", "position") VALUES (1, ?, ? + 1)
    ON CONFLICT ("id") DO UPDATE SET "position" = max(CAST("position" AS integer), ?) + 1 RETURNING "position"`,
  addChange: `INSERT OR REPLACE INTO "feed_changes" ("position", "number", "topic", "kind", "ids", "is_complete", "committed_at")
    VALUES (?, ?, ?, ?, ?, ?, ?)`,
  setTopic: `INSERT INTO "feed_topics" ("topic", "position") VALUES (?, ?)
    ON CONFLICT ("topic") DO UPDATE SET "position" = excluded."position"`,
  renew: `INSERT INTO "feed_head" ("id", "identity", "position") VALUES (1, ?, ?)
    ON CONFLICT ("id") DO UPDATE SET "identity" = excluded."identity", "position" = excluded."position"`,
};

/** One statement, so that it reads one snapshot. */
const STATE = `SELECT "identity", NULL AS "topic", "position" FROM "feed_head" WHERE "id" = 1
  UNION ALL SELECT NULL, "topic", "position" FROM "feed_topics"`;
const CHANGES =
  'SELECT * FROM "feed_changes" WHERE "position" > ? AND "position" <= ? ORDER BY "position", "number"';

/** The change feed in the file. Prepared statements, because every group of writes pays for it. */
export class SqliteFeed implements Feed {
  readonly isShared = false;
  private readonly prepared = new Map<Name, Statement>();
  /** The highest position that this process knows. */
  private position: number;
  /** For a head that somebody has deleted. */
  private readonly spareIdentity = newIdentity();
  /** The identity that holds in this process where it could not be written. */
  private unwritten: string | undefined;

  constructor(
    private readonly writer: SqliteHandle,
    private readonly reader: SqliteHandle,
    private readonly note: (position: number) => void = () => undefined,
  ) {
    this.position = this.read().position;
  }

  get initial(): FeedState {
    return this.read();
  }

  /** @returns undefined where it cannot be read. */
  head(): FeedHead | undefined {
    try {
      const { identity, position } = this.read();
      return { identity, position };
    } catch {
      return undefined;
    }
  }

  /**
   * Begins a new identity, for a file that may not go on where its versions ended. Where it cannot be written, this process
   * uses it all the same, and the next one begins another.
   */
  renew(): void {
    this.unwritten = newIdentity();
    try {
      this.statement('renew').run(this.unwritten, this.position);
      this.unwritten = undefined;
    } catch {
      // What keeps it from being written is met, and told, by the next write.
    }
  }

  /** @see Transaction.record */
  record(changes: readonly FeedChange[]): number {
    const advanced = this.statement('advance').get(this.spareIdentity, this.position, this.position);
    const { position } = advanced as { position: number };
    const [add, setTopic, at] = [this.statement('addChange'), this.statement('setTopic'), now()];
    for (const [number, { topic, kind, ids, isComplete }] of changes.entries()) {
      add.run(position, number, topic, kind, JSON.stringify(ids), isComplete ? 1 : 0, at);
    }
    for (const topic of new Set(changes.map(({ topic }) => topic))) setTopic.run(topic, position);
    return position;
  }

  /** Called after the commit: only then is the position taken. */
  committed(position: number): void {
    this.position = position;
    this.note(position);
  }

  read(): FeedState {
    const rows = this.reader.prepare<[], StateRow>(STATE).all();
    const topics = rows.flatMap(({ topic, position }): [string, number][] =>
      topic === null ? [] : [[topic, position]],
    );
    const position = Math.max(0, ...rows.map((row) => row.position));
    const stored = rows.find((row) => row.identity !== null)?.identity;
    return { identity: this.unwritten ?? stored ?? 'none', position, topics: new Map(topics) };
  }

  changesAfter(position: number, limit: number): Change[] {
    const rows = this.reader.prepare<[number, number], ChangeRow>(CHANGES).all(position, position + limit);
    return rows.map(({ ids, is_complete: isComplete, ...row }) => ({
      position: row.position,
      topic: row.topic,
      kind: row.kind,
      ids: JSON.parse(ids) as Key[],
      isComplete: isComplete === 1,
    }));
  }

  private statement(name: Name): Statement {
    const known = this.prepared.get(name) ?? this.writer.prepare(STATEMENTS[name]);
    this.prepared.set(name, known);
    return known;
  }
}
