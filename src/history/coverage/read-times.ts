import { CONTENT_TABLES, type Query, type ThreadReader } from '../../database/programs.js';
import { intervalsOf, type Interval } from './rhythm.js';

/** What was watching; or all of it. */
export const WATCHES = ['snapshots', 'monitor events', 'anything'] as const;
export type Watch = (typeof WATCHES)[number];

/** A stream of rows with a rhythm. */
export interface Stream {
  readonly what: Watch;
  readonly kind: 'event' | 'snapshot';
  readonly table: string;
  readonly time: string;
  readonly condition: string;
}

export const STREAMS: readonly Stream[] = [
  { what: 'snapshots', kind: 'snapshot', ...timesOf('snapshot'), condition: '' },
  { what: 'monitor events', kind: 'event', ...timesOf('event'), condition: `source = 'monitor' AND ` },
];
/** So many places of a window are looked at: each gap that is longer than their distance has one of them in it. */
export const MAX_PLACES = 400;
const LEAST_DISTANCE_MS = 60_000;
/** In a window of at most this width each row is looked at, where these are not more than so many. */
const NARROW_MS = 2 * 86_400_000;
const NARROW_ROWS = 600;
/** So many rows before and after the window are looked at to learn what is usual. */
const LEARNED_ROWS = 200;

/** What is known of when the rows of a stream were written. */
export interface Times {
  /** Those of the window, or around places of it; and all of those before and after it. */
  readonly intervals: readonly Interval[];
  /** When the first of all rows was written, where that is not before the window: never where there is none. */
  readonly began: number | undefined;
  /** Whether each row of the window was looked at. */
  readonly isWhole: boolean;
}

/** A few statements, whatever the width of the window and the number of rows in it. */
export async function readTimes(reader: ThreadReader, stream: Stream, window: Interval): Promise<Times> {
  const [latest, all] = await Promise.all([
    readNeighbours(reader, stream, '<', window.from, LEARNED_ROWS),
    readWhole(reader, stream, window),
  ]);
  const before = latest.reverse();
  if (!all) return readAround(reader, stream, window, before);
  const [first = Infinity] = all;
  const last = all.at(-1) ?? before.at(-1) ?? Infinity;
  // The silence after the last row goes on.
  const silence = last < window.to ? [{ from: last, to: Infinity }] : [];
  return {
    intervals: [...intervalsOf([...before, ...all]), ...silence],
    began: before.length === 0 ? first : undefined,
    isWhole: true,
  };
}

/** All rows from the beginning of the window to beyond its end; undefined where these are too many. */
async function readWhole(
  reader: ThreadReader,
  stream: Stream,
  { from, to }: Interval,
): Promise<readonly number[] | undefined> {
  if (to - from > NARROW_MS) return undefined;
  const most = NARROW_ROWS + LEARNED_ROWS;
  const times = await readNeighbours(reader, stream, '>=', from, most);
  return times.length < most || Number(times[NARROW_ROWS]) >= to ? times : undefined;
}

/** Two rows that follow one another, with a place in between; none before the first, or after the last. */
interface Pair {
  readonly before: string | null;
  readonly after: string | null;
}

async function readAround(
  reader: ThreadReader,
  stream: Stream,
  window: Interval,
  before: readonly number[],
): Promise<Times> {
  const [{ rows }, after] = await Promise.all([
    reader.read<Pair>(aroundPlaces(stream, placesOf(window))),
    readNeighbours(reader, stream, '>=', window.to, LEARNED_ROWS),
  ]);
  const isNew = ({ before }: Pair, index: number): boolean => before !== rows[index - 1]?.before;
  const inside = rows.filter(isNew).flatMap((pair) =>
    pair.before === null
      ? []
      : // The silence after the last row goes on.
        [{ from: Date.parse(pair.before), to: pair.after === null ? Infinity : Date.parse(pair.after) }],
  );
  const began = rows[0]?.after;
  return {
    intervals: [...intervalsOf(before), ...inside, ...intervalsOf(after)],
    began: before.length > 0 ? undefined : began ? Date.parse(began) : Infinity,
    isWhole: false,
  };
}

function aroundPlaces({ table, time, condition }: Stream, places: readonly string[]): Query {
  const row = (what: string, comparison: string): string =>
    `(SELECT ${what}("${time}") FROM ${table} WHERE ${condition}"${time}" ${comparison} places.at)`;
  return {
    text: `WITH places(at) AS (VALUES ${places.map(() => '(?)').join(', ')})
      SELECT ${row('max', '<')} AS "before", ${row('min', '>=')} AS "after" FROM places ORDER BY places.at`,
    values: places,
  };
}

/** Evenly spread, both ends included. */
function placesOf({ from, to }: Interval): string[] {
  const count = Math.min(MAX_PLACES, Math.ceil((to - from) / LEAST_DISTANCE_MS));
  const distance = (to - from) / Math.max(1, count);
  return Array.from({ length: count + 1 }, (_, index) =>
    new Date(index === count ? to : from + Math.round(distance * index)).toISOString(),
  );
}

/** The times that are nearest to a moment, from there. */
async function readNeighbours(
  reader: ThreadReader,
  { table, time, condition }: Stream,
  comparison: '<' | '>=',
  moment: number,
  most: number,
): Promise<number[]> {
  const { rows } = await reader.read<{ at: string }>({
    text: `SELECT "${time}" AS "at" FROM ${table} WHERE ${condition}"${time}" ${comparison} ?
      ORDER BY "${time}" ${comparison === '<' ? 'DESC' : 'ASC'} LIMIT ${most}`,
    values: [new Date(moment).toISOString()],
  });
  return rows.map(({ at }) => Date.parse(at));
}

function timesOf(kind: 'event' | 'snapshot'): { readonly table: string; readonly time: string } {
  const { name, timeColumn } = CONTENT_TABLES[kind];
  return { table: `"${name}"`, time: timeColumn };
}
