import type { ThreadReader } from '../../database/programs.js';
import { MAX_PLACES, readTimes, STREAMS, type Watch } from './read-times.js';
import { gapsAmong, LEAST_GAP_MS, type Interval } from './rhythm.js';

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
  const streams = window.from < window.to ? STREAMS : [];
  const [forgotten, watched] = await Promise.all([
    readForgotten(reader, from, to),
    Promise.all(
      streams.map(async (stream) => ({ ...stream, ...(await readTimes(reader, stream, window)) })),
    ),
  ]);
  const found = watched.flatMap(({ what, kind, intervals }) => {
    const known = forgotten.filter((range) => range.kind === kind).map(toInterval);
    const seen = intervals.flatMap((interval) => without(interval, known));
    return gapsOf(seen, window, Date.parse(now)).map((gap) => toGap(gap, what));
  });
  const began = Math.min(window.to, ...watched.map((times) => times.began ?? window.from));
  if (began - window.from > LEAST_GAP_MS) found.push(toGap({ from: window.from, to: began }, 'anything'));
  const isWhole = watched.every((times) => times.isWhole);
  const distance = isWhole ? 0 : (window.to - window.from) / MAX_PLACES;
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

function gapsOf(intervals: readonly Interval[], window: Interval, now: number): Interval[] {
  return gapsAmong(intervals.map(({ from, to }) => ({ from, to: Math.min(to, now) })))
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }))
    .filter(({ from, to }) => to > from);
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
