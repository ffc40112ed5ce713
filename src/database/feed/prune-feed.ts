import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RowReader } from '../queries/dialect.js';
import type { Value } from '../query.js';
import { Leases } from '../leases.js';
import type { Write } from '../unit.js';

/** How much of the change feed is kept. */
interface Retention {
  /** Rows younger than this are kept. */
  readonly minAgeMs: number;
  /** As many of the newest rows are kept, however old they are. */
  readonly minRows: number;
  /** More rows are kept in no case. */
  readonly maxRows: number;
}

const RETENTION: Retention = { minAgeMs: 3_600_000, minRows: 10_000, maxRows: 1_000_000 };
const INTERVAL_MS = 60_000;
/** Rows that one statement counts, and rows that one unit of work deletes: each takes a few milliseconds. */
const COUNTED_ROWS = 10_000;
const DELETED_ROWS = 200;

/** How long an instance that has begun may be silent before another one begins. */
const LEASE_MS = 30_000;

/** Prunes the feed once a minute, in one of several instances. Best effort: a failure is met again by the next run. */
export function pruneRegularly(rows: RowReader, write: Write): NodeJS.Timeout {
  const leases = new Leases(rows.dialect, write);
  const prune = (): Promise<unknown> =>
    leases.run('pruning of the change feed', LEASE_MS, (lease) => pruneFeed(rows, lease.write));
  return setInterval(() => void prune().catch(() => undefined), INTERVAL_MS).unref();
}

/**
 * Deletes what is too old from the change feed, in small units of work. The kept rows have no gap, so that a
 * reader that continues from a position can detect that rows are missing. The positions of the topics stay.
 * @param write runs a unit of work that changes no answer.
 */
export async function pruneFeed(
  rows: RowReader,
  write: Write,
  { minAgeMs, minRows, maxRows }: Retention = RETENTION,
): Promise<void> {
  const newest = await skipRows(rows, END, minRows);
  if (!newest) return;
  const most = await skipRows(rows, newest, maxRows - minRows);
  const oldestKept = new Date(Date.now() - minAgeMs).toISOString();
  const mayGo = (row: OldestRow): boolean =>
    row.committedAt < oldestKept || (most !== undefined && row.position < most.position);
  for (let isMore = true; isMore;) {
    const oldest = await read<OldestRow>(rows, OLDEST, [newest.position, DELETED_ROWS]);
    const kept = oldest.findIndex((row) => !mayGo(row));
    const last = (kept < 0 ? oldest : oldest.slice(0, kept)).at(-1);
    isMore = kept < 0 && oldest.length === DELETED_ROWS;
    const statement = rows.dialect.toDriver(DELETE);
    if (last) await write((manager) => manager.query(statement, [last.position]));
  }
}

interface Place {
  readonly position: number;
  readonly number: number;
}

interface OldestRow {
  readonly position: number;
  readonly committedAt: string;
}

const END: Place = { position: Number.MAX_SAFE_INTEGER, number: 0 };
const EARLIER = `SELECT "position", "number" FROM "feed_changes" WHERE ("position", "number") < (?, ?)
  ORDER BY "position" DESC, "number" DESC LIMIT 1 OFFSET ?`;
const OLDEST = `SELECT "position", "committed_at" AS "committedAt" FROM "feed_changes" WHERE "position" < ?
  ORDER BY "position", "number" LIMIT ?`;
/** All rows of a position are as old. */
const DELETE = 'DELETE FROM "feed_changes" WHERE "position" <= ?';

/** The row that so many rows, it included, lie before a place; undefined where there are not as many. */
async function skipRows(rows: RowReader, from: Place, count: number): Promise<Place | undefined> {
  let place: Place | undefined = from;
  for (let left = count; left > 0 && place; left -= COUNTED_ROWS) {
    const { position, number }: Place = place;
    [place] = await read<Place>(rows, EARLIER, [position, number, Math.min(left, COUNTED_ROWS) - 1]);
    await nextTurn();
  }
  return place;
}

async function read<Row>(rows: RowReader, text: string, values: readonly Value[]): Promise<Row[]> {
  return (await rows.read<Row>({ text, values })).rows;
}
