import type { Schemas } from '../../api/types.js';
import { count, timesWords } from '../../words/numbers.js';
import { length, sinceWhen } from '../../words/times.js';

type Similar = Schemas['SimilarDto'];
type Action = Similar['pattern']['actions'][number];

const DAY = 86_400_000;

/** Why an open event matters now: how often it was seen, and what was done the last time. */
export function whyNow(similar: Similar, happenedAt: number, now: number): string {
  const { pattern } = similar;
  const { timesSeen, timesSeenIsAtLeast, timesSeenOnAllNodes, node, firstSeen } = pattern;
  if (timesSeen > 1) {
    const times = `${count(timesSeen)}${timesSeenIsAtLeast ? ' or more' : ''} times`;
    const seen = `Seen ${times} since ${sinceWhen(Date.parse(firstSeen), now)}.`;
    return [backAfter(pattern.actions, happenedAt), seen, helped(similar, happenedAt)]
      .filter(Boolean)
      .join(' ');
  }
  const elsewhere = timesSeenOnAllNodes - timesSeen;
  if (elsewhere > 0 && node !== null) return `New on ${node}. Seen ${timesWords(elsewhere)} on other nodes.`;
  return 'Never seen before.';
}

/** What was done not long before, and did not keep it away. */
function backAfter(actions: readonly Action[], happenedAt: number): string {
  const last = lastBefore(actions, happenedAt);
  return last ? `Back ${length(happenedAt - Date.parse(last.lastTaken))} after: ${last.summary}.` : '';
}

function lastBefore(actions: readonly Action[], happenedAt: number): Action | undefined {
  return actions
    .filter(({ lastTaken }) => {
      const before = happenedAt - Date.parse(lastTaken);
      return before > 0 && before < DAY;
    })
    .sort((one, other) => (one.lastTaken < other.lastTaken ? 1 : -1))[0];
}

/** What helped best, or how long it took to resolve. */
function helped({ pattern }: Similar, happenedAt: number): string {
  if (lastBefore(pattern.actions, happenedAt)) return '';
  const best = pattern.actions.find(({ stayedAway }) => stayedAway.times > 0);
  if (best) return `${best.summary} helped ${best.stayedAway.times} of ${best.stayedAway.of} times.`;
  const median = pattern.medianTimeToResolve;
  return median ? `Usually resolved in ${length(median.seconds * 1000)}.` : '';
}
