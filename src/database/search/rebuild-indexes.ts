import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { CONTENT_TABLES } from '../catalogue.js';
import type { Database } from '../database.js';
import type { Engine } from '../engine.js';
import { NO_CHANGE } from '../feed/feed-change.js';
import type { Query } from '../query.js';
import type { Work, Write } from '../unit.js';
import { INDEXED_KINDS, type IndexedKind } from './search.js';
import { takeBatch } from './take-batch.js';

export interface RebuildOptions {
  /** How many rows the indexes hold, and of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** How often to look whether a service still takes rows in. */
const LOOK_MS = 250;

/**
 * Empties the text indexes and lets them grow again. While a service that has the same database does that, this looks on,
 * and takes in what is left. Stopped in the middle, it leaves indexes that do not reach far yet.
 */
export async function rebuildIndexes(
  database: Database,
  { onProgress, signal }: RebuildOptions = {},
): Promise<void> {
  const { engine } = database;
  const write: Write = <T>(work: Work<T>) => database.write<T>(work, NO_CHANGE, { takesPosition: true });
  for (const kind of INDEXED_KINDS) await write((manager) => empty(engine, manager, kind));
  const { rows: counts } = await engine.rows.read<{ count: number }>({ text: COUNTS, values: [] });
  const total = counts.reduce((sum, { count }) => sum + Number(count), 0);
  for (const kind of INDEXED_KINDS) {
    let last: number | undefined;
    for (let isDone = false; !isDone;) {
      signal?.throwIfAborted();
      const { mark, rows } = await reach(engine, kind);
      onProgress?.(Math.min(rows, total), total);
      if (last !== undefined && mark !== last) {
        last = mark;
        await sleep(LOOK_MS, undefined, { signal });
      } else {
        isDone = (await takeBatch(engine, { kind, isLast: true }, write, signal)) === undefined;
        last = (await reach(engine, kind)).mark;
      }
    }
  }
}

const COUNTS = INDEXED_KINDS.map((kind) => `SELECT count(*) AS count FROM ${CONTENT_TABLES[kind].name}`).join(
  ' UNION ALL ',
);

async function empty({ rows }: Engine, manager: EntityManager, kind: IndexedKind): Promise<void> {
  const { search, toDriver } = rows.dialect;
  const queries: Query[] = [
    search.clear(kind),
    { text: 'UPDATE search_marks SET mark = 0, rows = 0 WHERE kind = ?', values: [kind] },
    { text: 'DELETE FROM search_stale WHERE kind = ?', values: [kind] },
    { text: 'DELETE FROM search_terms WHERE kind = ?', values: [kind] },
  ];
  for (const { text, values } of queries) await manager.query(toDriver(text), [...values]);
}

/** The mark of a kind, and how many rows are in all indexes. */
async function reach({ rows }: Engine, kind: IndexedKind): Promise<{ mark: number; rows: number }> {
  const marks = await rows.read<{ kind: string; mark: number; rows: number }>({
    text: 'SELECT kind, mark, rows FROM search_marks',
    values: [],
  });
  return {
    mark: marks.rows.find((one) => one.kind === kind)?.mark ?? 0,
    rows: marks.rows.reduce((sum, one) => sum + one.rows, 0),
  };
}
