import type { Query } from '../database/index.js';
import { canonicalTimestamp } from '../time/time.js';

/** How much of a timestamp the ends of a span of time have in common: the parts of the index of spans. */
const LENGTHS = [16, 15, 13, 12, 10, 9, 7, 6, 4, 3];
/** In the words of the index (migrations/sqlite/1795305612000-event-statistics.ts). */
const SPAN = `CASE ${LENGTHS.map((length) => `WHEN substr("timestamp", 1, ${length}) = substr("resolved_at", 1, ${length}) THEN ${length}`).join(' ')} ELSE 0 END`;

/**
 * The conditions for events that were open at a moment; beside them only those not after it are asked for. An event
 * that is not resolved is open. One that was resolved later was open where its span contains the moment, and a span can only
 * contain moments that begin with what its ends have in common: so of each part of the index that has no more than the hours,
 * days or months of that moment are read. An event that was resolved without a time of it was never open that we know of.
 */
export function openAtConditions(moment: string, since = ''): readonly Query[] {
  const resolvedLater = [...LENGTHS, 0].map((length) => {
    const beginning = moment.slice(0, length);
    return {
      text: `${SPAN} = ${length} AND "timestamp" >= ? AND "resolved" = true AND "resolved_at" > ?`,
      values: [beginning > since ? beginning : since, moment],
    };
  });
  return [{ text: '"resolved" = false', values: [] }, ...resolvedLater];
}

/** The end of the events that are not after a moment; undefined where that is the last that a timestamp can say. */
export function endAfter(moment: string): string | undefined {
  return canonicalTimestamp(new Date(Date.parse(moment) + 1));
}
