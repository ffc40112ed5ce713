import type { ThreadReader } from '../../database/programs.js';
import { findSimilar, type SeenPattern } from '../similar/find-similar.js';
import type { Draft, DraftSection } from './context.types.js';
import { minuteOf } from './quote.js';

const MAX_ALERTS = 2;
const MAX_ACTIONS = 3;
const HOUR = 3600;

/** Whether alerts like these were there before, and what helped. @param now the clock that "stayed away" is told by. */
export async function draftSimilar(
  reader: ThreadReader,
  alerts: readonly Draft[],
  now: string,
): Promise<DraftSection> {
  const drafts: Draft[] = [];
  const seen = new Set<string>();
  const different = [...new Map(alerts.map((alert) => [alert.id, alert])).values()].slice(0, MAX_ALERTS);
  for (const alert of different) {
    const similar = await findSimilar(reader, { id: Number(alert.id), now, withoutNear: true });
    if (!similar || similar.pattern.timesSeen < 2) continue;
    const { pattern } = similar;
    const topic = `${pattern.text} on ${pattern.node ?? ''}`;
    if (!seen.has(topic)) drafts.push(...describe(alert, topic, pattern));
    seen.add(topic);
  }
  return { name: 'similar', drafts };
}

function describe({ kind, id, timestamp }: Draft, topic: string, pattern: SeenPattern): Draft[] {
  const { timesSeen, timesSeenIsAtLeast, firstSeen, lastSeen, resolved, medianTimeToResolve } = pattern;
  const often = `${timesSeenIsAtLeast ? 'at least ' : ''}${timesSeen} times`;
  const ended = `${resolved.times} of ${resolved.of} resolved`;
  const how = medianTimeToResolve ? `, usually after ${durationOf(medianTimeToResolve.seconds)}` : '';
  const where = pattern.node === null ? '' : ` on ${pattern.node}`;
  const text = `"${pattern.text}"${where}: ${often}, from ${minuteOf(firstSeen)} to ${minuteOf(lastSeen)}; ${ended}${how}.`;
  const head = { kind, id, timestamp, topic, why: 'alerts of the same pattern', text };
  // Of an action that nobody knows to have helped, there is nothing to learn yet.
  const known = pattern.actions.filter(({ stayedAway }) => stayedAway.of > 0);
  return [head, ...known.slice(0, MAX_ACTIONS).map((action) => draftAction(action, topic))];
}

function draftAction(action: SeenPattern['actions'][number], topic: string): Draft {
  const { ids, summary, lastTaken, times, stayedAway } = action;
  const taken = times === 1 ? '' : ` (${times} times)`;
  const helped = `the alert stayed away for 24 hours after ${stayedAway.times} of ${stayedAway.of}`;
  return {
    kind: 'event',
    id: ids[0] ?? 0,
    timestamp: lastTaken,
    topic: `${topic}: ${summary}`,
    why: 'was done about alerts of the same pattern',
    text: `${minuteOf(lastTaken)} action against it${taken}: ${summary}; ${helped}.`,
  };
}

function durationOf(seconds: number): string {
  if (seconds < HOUR) return `${Math.max(1, Math.round(seconds / 60))} min`;
  return seconds < 48 * HOUR ? `${Math.round(seconds / HOUR)} h` : `${Math.round(seconds / 24 / HOUR)} days`;
}
