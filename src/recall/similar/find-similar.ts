import type { ThreadReader } from '../../database/programs.js';
import { findActions, openSpan, type TakenAction } from './actions.js';
import { isEarlier, newestFirst, PatternMatcher, readEventsById, type EventRow } from './event-rows.js';
import { findNear, type NearEvent } from './near.js';
import { findOccurrences, type Occurrences } from './occurrences.js';
import { medianOf, usualHourOf, type OutOf, type UsualHour } from './statistics.js';

export interface SimilarInput {
  readonly id: number;
  readonly now: string;
  /** Whether events of other patterns are left out, which takes a search. */
  readonly withoutNear?: boolean;
}

export interface SimilarOutput {
  readonly pattern: SeenPattern;
  readonly earlier: readonly EventRow[];
  readonly onOtherNodes: readonly EventRow[];
  readonly near: readonly NearEvent[];
}

export interface SeenPattern {
  readonly text: string;
  readonly source: string;
  readonly type: string;
  readonly node: string | null;
  readonly timesSeen: number;
  readonly timesSeenIsAtLeast: boolean;
  readonly timesSeenOnAllNodes: number;
  readonly timesSeenOnAllNodesIsAtLeast: boolean;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly examined: number;
  readonly usualHour: UsualHour | null;
  readonly resolved: OutOf;
  readonly medianTimeToResolve: { readonly seconds: number; readonly of: number } | null;
  readonly actions: readonly TakenAction[];
}

const MAX_EARLIER = 20;
const MAX_ON_OTHER_NODES = 5;

/** What the memory has of events like one. @returns `null` where there is no such event. */
export async function findSimilar(
  reader: ThreadReader,
  { id, now, withoutNear }: SimilarInput,
): Promise<SimilarOutput | null> {
  const [event] = await readEventsById(reader, [id]);
  if (!event) return null;
  const matcher = new PatternMatcher(event);
  const occurrences = await findOccurrences(reader, matcher, event);
  const actions = await findActions(reader, event, occurrences.examined, now);
  return {
    pattern: { ...describe(event, matcher, occurrences), actions },
    earlier: earlierOf(event, occurrences),
    onOtherNodes: occurrences.elsewhere.slice(0, MAX_ON_OTHER_NODES),
    near: withoutNear
      ? []
      : await findNear(reader, matcher, event, { now, timesSeen: occurrences.seenOnAllNodes.times }),
  };
}

function describe(
  { source, type, node }: EventRow,
  { pattern: { text } }: PatternMatcher,
  { examined, seen, seenOnAllNodes, firstSeen, lastSeen }: Occurrences,
): Omit<SeenPattern, 'actions'> {
  const times = examined.map(({ timestamp }) => Date.parse(timestamp));
  const isResolved = examined.filter(({ resolved }) => resolved);
  const known = isResolved.flatMap(openSpan).map(({ from, to }) => to - from);
  const median = medianOf(known);
  return {
    ...{ text, source, type, node },
    timesSeen: seen.times,
    timesSeenIsAtLeast: seen.isAtLeast,
    timesSeenOnAllNodes: seenOnAllNodes.times,
    timesSeenOnAllNodesIsAtLeast: seenOnAllNodes.isAtLeast,
    firstSeen,
    lastSeen,
    examined: examined.length,
    usualHour: usualHourOf(times) ?? null,
    resolved: { times: isResolved.length, of: examined.length },
    medianTimeToResolve:
      median === undefined ? null : { seconds: Math.round(median / 1000), of: known.length },
  };
}

function earlierOf(event: EventRow, { examined, before }: Occurrences): EventRow[] {
  const earlier = [...examined, ...before].filter((row) => isEarlier(row, event));
  const unique = new Map(earlier.map((row) => [row.id, row]));
  return [...unique.values()].sort(newestFirst).slice(0, MAX_EARLIER);
}
