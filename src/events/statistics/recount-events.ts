import type { Database, Query } from '../../database/index.js';
import { onStep, QUARTER_MS } from '../../time/buckets.js';
import { toMoment } from '../../time/days.js';
import { EVENTS_TOPIC } from '../events.service.js';
import { recountingStatements } from './count-statements.js';

/** About so many events are counted in one unit of work, so that others wait for milliseconds. */
const STEP_EVENTS = 5000;

/**
 * Counts the events again, a part of their time after the other, also while a service runs. Stopped in the middle, it
 * leaves parts as they were. What retention has removed is counted elsewhere, and stays.
 */
export async function recountEvents(database: Database, signal?: AbortSignal): Promise<void> {
  for (let since: string | undefined = ''; since !== undefined;) {
    signal?.throwIfAborted();
    const until: string | undefined = await endOfStep(database, since);
    await run(database, recountingStatements(since, until), until === undefined);
    since = until;
  }
}

/** @returns undefined where the rest is one step. */
async function endOfStep(database: Database, since: string): Promise<string | undefined> {
  const { rows } = await database.read(async (reader) =>
    reader.read<{ timestamp: string }>({
      text: `SELECT "timestamp" FROM events WHERE "timestamp" >= ? ORDER BY "timestamp", id LIMIT 1 OFFSET ${STEP_EVENTS}`,
      values: [since],
    }),
  );
  const [next] = rows;
  if (!next) return undefined;
  const end = onStep(next.timestamp, QUARTER_MS, Math.floor);
  // A quarter with more events is a step of its own.
  return end > since ? end : onStep(toMoment(Date.parse(end) + 1), QUARTER_MS, Math.ceil);
}

/** @param isLast tells those who have answers about events that they may have changed. */
async function run(database: Database, queries: readonly Query[], isLast: boolean): Promise<void> {
  const { toDriver } = database.engine.rows.dialect;
  await database.write(
    async (manager) => {
      for (const { text, values } of queries) await manager.query(toDriver(text), [...values]);
    },
    { topic: EVENTS_TOPIC, kind: isLast ? 'unknown' : 'update', ids: () => [] },
    { takesPosition: true },
  );
}
