import { addressOf, open } from '../../state/address.js';
import { iso } from '../../state/range.js';
import type { Hit } from './hits.js';

const AROUND_MS = 15 * 60_000;

/** Where something is shown in its place. */
export function placeOf({ kind, id, message }: Hit): string {
  if (kind === 'event') return addressOf('events', { id: String(id) });
  if (kind === 'preference') return addressOf('preferences', { key: String(id) });
  return addressOf('conversations', { session: message?.sessionId, message: String(id) });
}

export function openHit(hit: Hit): void {
  const { pathname, search } = new URL(placeOf(hit), location.href);
  const [page, query] = [pathname.split('/').pop(), Object.fromEntries(new URLSearchParams(search))];
  if (page === 'events' || page === 'preferences' || page === 'conversations') open(page, query);
}

/** The timeline of a quarter of an hour before and after it. */
export function around({ timestamp }: Hit): { from: string; to: string; at: undefined; range: undefined } {
  const at = Date.parse(timestamp);
  return { from: iso(at - AROUND_MS), to: iso(at + AROUND_MS), at: undefined, range: undefined };
}
