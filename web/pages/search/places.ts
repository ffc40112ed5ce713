import { addressOf, open, type Changes } from '../../state/address.js';
import { placeOf, type Place } from '../../state/places.js';
import { iso } from '../../state/range.js';
import type { Hit } from './hits.js';

const AROUND_MS = 15 * 60_000;

/** Where a hit is shown in its place. */
function hitPlace({ kind, id, message }: Hit): Place {
  return kind === 'message' ? placeOf.message(id, message?.sessionId) : placeOf[kind](id);
}

export function hitAddress(hit: Hit): string {
  const { page, query } = hitPlace(hit);
  return addressOf(page, query);
}

export function openHit(hit: Hit): void {
  const { page, query } = hitPlace(hit);
  open(page, query);
}

/** The timeline of a quarter of an hour before and after it. */
export function around({ kind, id, timestamp }: Hit): Changes {
  if (kind !== 'preference') return { around: `${kind}:${id}` };
  const at = Date.parse(timestamp);
  return { from: iso(at - AROUND_MS), to: iso(at + AROUND_MS), at: undefined, range: undefined };
}
