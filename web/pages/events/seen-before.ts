import type { Schemas } from '../../api/types.js';
import { count, timesWords } from '../../words/numbers.js';
import { length, sinceWhen } from '../../words/times.js';

const HOUR = 3_600_000;

/** How often something like it was seen, when usually, and how long it took to resolve. */
export function seenSentence({ pattern }: Schemas['SimilarDto'], now: number): string {
  const { timesSeen, timesSeenIsAtLeast, timesSeenOnAllNodes, node, firstSeen, medianTimeToResolve } =
    pattern;
  if (timesSeen <= 1) {
    const elsewhere = timesSeenOnAllNodes - timesSeen;
    if (elsewhere <= 0 || node === null) return 'Never seen before.';
    return `Never seen before on ${node}, but ${timesWords(elsewhere)} on other nodes.`;
  }
  const times = `${count(timesSeen)}${timesSeenIsAtLeast ? ' or more' : ''} times since ${sinceWhen(Date.parse(firstSeen), now)}`;
  const hour = usualHourOf(pattern, now);
  const usual = hour === undefined ? '' : `, usually ${clockOf(hour)} to ${clockOf(hour + 1)}`;
  const median = medianTimeToResolve
    ? `, resolved in ${length(medianTimeToResolve.seconds * 1000)} (median)`
    : '';
  return `${times}${usual}${median}.`;
}

/** The hour in which most were, by the clock of the viewer. */
export function usualHourOf({ usualHour }: Schemas['SeenPatternDto'], now: number): number | undefined {
  if (!usualHour) return undefined;
  const date = new Date(Math.floor(now / HOUR) * HOUR);
  date.setUTCHours(usualHour.hour);
  return date.getHours();
}

function clockOf(hour: number): string {
  return `${String(hour % 24).padStart(2, '0')}:00`;
}
