/** Small numbers say more than a percentage: 2 of 3. */
export interface OutOf {
  readonly times: number;
  readonly of: number;
}

/** From when something was open until it was dealt with, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface UsualHour extends OutOf {
  /** The hour of the day, in UTC. */
  readonly hour: number;
}

const DAY_MS = 86_400_000;
const HOURS = 24;

/** The middle of the values; of an even number the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** The hour of the day in which most of the moments are; none where no hour has two. */
export function usualHourOf(times: readonly number[]): UsualHour | undefined {
  const counts = Array.from({ length: HOURS }, () => 0);
  for (const time of times) {
    const hour = new Date(time).getUTCHours();
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  const most = Math.max(...counts);
  return most < 2 ? undefined : { hour: counts.indexOf(most), times: most, of: times.length };
}

/** The spans without overlaps, newest first. */
export function mergedSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last && span.from <= last.to)
      merged.splice(-1, 1, { from: last.from, to: Math.max(last.to, span.to) });
    else merged.push(span);
  }
  return merged.reverse();
}

/**
 * After how many of some actions an alert stayed away for 24 hours. One after which it neither came back nor a day has passed
 * does not count yet.
 * @param occurrences when there was the alert, in ascending order.
 */
export function stayedAway(actions: readonly number[], occurrences: readonly number[], now: number): OutOf {
  let times = 0;
  let of = 0;
  for (const action of actions) {
    const next = occurrences.find((occurrence) => occurrence > action);
    const cameBack = next !== undefined && next <= action + DAY_MS;
    if (!cameBack && now < action + DAY_MS) continue;
    of++;
    if (!cameBack) times++;
  }
  return { times, of };
}
