import type { Schemas } from '../../api/types.js';
import { length } from '../../words/times.js';

type Item = Schemas['TimelineItemDto'];

const BEFORE = 4;
const AFTER = 4;

/** What stands next to an event, oldest first. */
export function neighboursOf(timeline: readonly Item[], id: number): readonly Item[] {
  const items = [...timeline].reverse();
  const place = items.findIndex((item) => item.kind === 'event' && item.id === id);
  if (place === -1) return items.slice(0, BEFORE + AFTER);
  return items.slice(Math.max(0, place - BEFORE), place + AFTER + 1);
}

/** How far the neighbours reach: `20 min before, 5 min after`. */
export function reachOf(items: readonly Item[], at: number): string {
  const times = items.map((item) => Date.parse(item.at));
  const [before, after] = [at - Math.min(at, ...times), Math.max(at, ...times) - at];
  return [before > 0 ? `${length(before)} before` : '', after > 0 ? `${length(after)} after` : '']
    .filter(Boolean)
    .join(', ');
}
