/** A time between two rows that follow one another, in milliseconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Rows that are closer together are one beat: a monitor writes its findings of a minute at once. */
const BEAT_MS = 30_000;
/** Whatever is usual: a shorter silence is no gap. */
export const LEAST_GAP_MS = 300_000;
/** What is usual at a moment is learned from so many intervals before and after it. */
const NEIGHBOURS = 60;
/** From fewer intervals nothing is learned. */
const LEAST_INTERVALS = 8;
const NINE_OF_TEN = 0.9;
/** How much longer than usual a gap is; and how much the intervals of a rhythm differ at most. */
const MUCH_LONGER = 3;

/**
 * The one rule of what counts as a gap, for snapshots and for events of the monitor alike.
 *
 * What is usual at a moment is learned from the 60 intervals before and the 60 after it: it is the length that nine of ten do
 * not exceed. Where that is more than three times their median, there is no rhythm, as with alerts that come when something
 * breaks, and silence says nothing. Otherwise an interval is a gap if it is longer than three usual ones, and than 5 minutes.
 * An interval under 30 seconds counts as one of 30 seconds.
 * @param intervals in the order of time; not all of them have to be known.
 */
export function gapsAmong(intervals: readonly Interval[]): Interval[] {
  const lengths = intervals.map(lengthOf);
  return intervals.filter((_, at) => isGap(lengths, at));
}

function lengthOf({ from, to }: Interval): number {
  return Math.max(to - from, BEAT_MS);
}

/** The intervals between beats. @param times in order, all of them. */
export function intervalsOf(times: readonly number[]): Interval[] {
  const intervals: Interval[] = [];
  let begin = times[0] ?? 0;
  let last = begin;
  for (const time of times.slice(1)) {
    if (time - begin >= BEAT_MS) {
      intervals.push({ from: last, to: time });
      begin = time;
    }
    last = time;
  }
  return intervals;
}

function isGap(lengths: readonly number[], at: number): boolean {
  const length = lengths[at] ?? 0;
  if (length <= LEAST_GAP_MS) return false;
  const others = [
    ...lengths.slice(Math.max(0, at - NEIGHBOURS), at),
    ...lengths.slice(at + 1, at + 1 + NEIGHBOURS),
  ];
  if (others.length < LEAST_INTERVALS) return false;
  const most = Math.ceil(others.length * NINE_OF_TEN);
  // Counting rules out nearly all; to sort for each would take most of the time of an answer.
  if (others.filter((other) => length > other * MUCH_LONGER).length < most) return false;
  others.sort((one, other) => one - other);
  const usual = others[most - 1] ?? Infinity;
  const median = others[Math.floor(others.length / 2)] ?? 0;
  return usual <= median * MUCH_LONGER;
}
