import { CONTENT_TABLES, type Query, type ThreadReader } from '../../database/programs.js';
import { gapsAmong, intervalsOf, LEAST_GAP_MS, type Interval } from './rhythm.js';

/** What was watching; or all of it. */
export const WATCHES = ['snapshots', 'monitor events', 'anything'] as const;
export type Watch = (typeof WATCHES)[number];

/** A window of time: from its beginning (inclusive) to its end (exclusive), in canonical form. */
export interface CoverageInput {
  readonly from: string;
  readonly to: string;
  /** What is later has not happened yet. */
  readonly now: string;
}

/** A time of a window in which nothing was recorded although something should have been. */
export interface Gap {
  readonly from: string;
  readonly to: string;
  readonly what: Watch;
}

/** What window an answer speaks of, and how well that was watched. */
export interface Coverage {
  readonly from: string;
  readonly to: string;
  readonly gaps: readonly Gap[];
  /** Whether a retention rule removed rows of the window. */
  readonly thinned: boolean;
  /** Shorter gaps are not looked for: in a wide window not each row is looked at. */
  readonly shortestGapSeconds: number;
}

/** A stream of rows with a rhythm. */
interface Stream {
  readonly what: Watch;
  readonly kind: 'event' | 'snapshot';
  readonly table: string;
  readonly time: string;
  readonly condition: string;
}

const STREAMS: readonly Stream[] = [
  { what: 'snapshots', kind: 'snapshot', ...timesOf('snapshot'), condition: '' },
  { what: 'monitor events', kind: 'event', ...timesOf('event'), condition: `source = 'monitor' AND ` },
];
/** So many places of a window are looked at: each gap that is longer than their distance has one of them in it. */
const MAX_PLACES = 400;
const LEAST_DISTANCE_MS = 60_000;
/** So many rows before and after the window are looked at to learn what is usual. */
const LEARNED_ROWS = 200;
/** The longest are named where there are more. */
const MAX_GAPS = 100;
const MAX_FORGOTTEN = 1000;

/** What is known of a window. It takes a few statements, whatever its width and the number of rows in it. */
export async function readCoverage(
  reader: ThreadReader,
  { from, to, now }: CoverageInput,
): Promise<Coverage> {
  const end = to < now ? to : now;
  const window = { from: Date.parse(from), to: Date.parse(end) };
  const places = placesOf(window);
  const forgotten = await readForgotten(reader, from, to);
  const found: Gap[] = [];
  let began = window.to;
  for (const stream of window.from < window.to ? STREAMS : []) {
    const times = await readTimes(reader, stream, places);
    if (!times) continue;
    began = Math.min(began, times.began ?? window.from);
    const known = forgotten.filter(({ kind }) => kind === stream.kind).map(toInterval);
    const intervals = times.intervals.flatMap((interval) => without(interval, known));
    found.push(...gapsOf(intervals, window, Date.parse(now)).map((gap) => toGap(gap, stream.what)));
  }
  if (began - window.from > LEAST_GAP_MS) found.push(toGap({ from: window.from, to: began }, 'anything'));
  const distance = (window.to - window.from) / MAX_PLACES;
  return { from, to, ...longest(found, Math.max(LEAST_GAP_MS, distance)), thinned: forgotten.length > 0 };
}

/** Times of rows that a retention rule removed: what is missing there may have been watched. */
interface Forgotten {
  readonly kind: string;
  readonly from: string;
  readonly until: string;
}

async function readForgotten(reader: ThreadReader, from: string, to: string): Promise<Forgotten[]> {
  const { rows } = await reader.read<Forgotten>({
    text: `SELECT kind, "from", "until" FROM forgotten_ranges
      WHERE kind IN ('event', 'snapshot') AND "from" < ? AND "until" >= ? LIMIT ${MAX_FORGOTTEN}`,
    values: [to, from],
  });
  return rows;
}

function toInterval({ from, until }: Forgotten): Interval {
  return { from: Date.parse(from), to: Date.parse(until) };
}

/** What is left of an interval between two rows where those in between were forgotten: there it was watched. */
function without({ from, to }: Interval, forgotten: readonly Interval[]): Interval[] {
  const inside = to - from > LEAST_GAP_MS ? forgotten.filter((range) => range.from < to && range.to > from) : [];
  const parts: Interval[] = [];
  let begin = from;
  for (const range of [...inside].sort((one, other) => one.from - other.from)) {
    if (range.from > begin) parts.push({ from: begin, to: range.from });
    begin = Math.max(begin, range.to);
  }
  return begin < to ? [...parts, { from: begin, to }] : parts;
}

/** What is known of when the rows of a stream were written. */
interface Times {
  /** Around places of the window, and all of those before and after it. */
  readonly intervals: readonly Interval[];
  /** When the first of all rows was written, where that is not before the window; none where it is. */
  readonly began: number | undefined;
}

/** Two rows that follow one another, with a place in between; none before the first, or after the last. */
interface Pair {
  readonly before: string | null;
  readonly after: string | null;
}

function gapsOf(intervals: readonly Interval[], window: Interval, now: number): Interval[] {
  return gapsAmong(intervals.map(({ from, to }) => ({ from, to: Math.min(to, now) })))
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => to > from);
}

/** @returns undefined where the stream has no row at all. */
async function readTimes(
  reader: ThreadReader,
  stream: Stream,
  places: readonly string[],
): Promise<Times | undefined> {
  const { rows } = await reader.read<Pair>(aroundPlaces(stream, places));
  if (rows.every(({ before, after }) => before === null && after === null)) return undefined;
  const before = await reader.read<{ at: string }>(neighbours(stream, '<', 'DESC', places[0]));
  const after = await reader.read<{ at: string }>(neighbours(stream, '>=', 'ASC', places.at(-1)));
  const isNew = ({ before }: Pair, index: number): boolean => before !== rows[index - 1]?.before;
  const inside = rows.filter(isNew).flatMap((pair) =>
    pair.before === null
      ? []
      : // The silence after the last row goes on.
        [{ from: Date.parse(pair.before), to: pair.after === null ? Infinity : Date.parse(pair.after) }],
  );
  const [first] = rows;
  return {
    intervals: [
      ...intervalsOf(before.rows.map(({ at }) => Date.parse(at)).reverse()),
      ...inside,
      ...intervalsOf(after.rows.map(({ at }) => Date.parse(at))),
    ],
    began: first?.before === null ? Date.parse(first.after ?? '') : undefined,
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

function neighbours(
  { table, time, condition }: Stream,
  comparison: string,
  order: string,
  place = '',
): Query {
  return {
    text: `SELECT "${time}" AS "at" FROM ${table} WHERE ${condition}"${time}" ${comparison} ?
      ORDER BY "${time}" ${order} LIMIT ${LEARNED_ROWS}`,
    values: [place],
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

function longest(gaps: readonly Gap[], leastMs: number): Pick<Coverage, 'gaps' | 'shortestGapSeconds'> {
  const lengthOf = ({ from, to }: Gap): number => Date.parse(to) - Date.parse(from);
  const byLength = [...gaps].sort((one, other) => lengthOf(other) - lengthOf(one));
  const kept = byLength.slice(0, MAX_GAPS);
  const last = byLength[MAX_GAPS];
  const shortest = last ? Math.max(lengthOf(last), leastMs) : leastMs;
  return {
    gaps: kept.sort((one, other) => (one.from < other.from ? -1 : one.from > other.from ? 1 : 0)),
    shortestGapSeconds: Math.ceil(shortest / 1000),
  };
}

function toGap({ from, to }: Interval, what: Watch): Gap {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), what };
}

function timesOf(kind: 'event' | 'snapshot'): { readonly table: string; readonly time: string } {
  const { name, timeColumn } = CONTENT_TABLES[kind];
  return { table: `"${name}"`, time: timeColumn };
}
