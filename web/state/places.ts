import type { Schemas } from '../api/types.js';
import type { Changes, Page } from './address.js';

export type TimelineItem = Schemas['TimelineItemDto'];

/** A page, and what of it. */
export interface Place {
  readonly page: Page;
  readonly query: Changes;
}

/** Where something is shown, by its kind and id. A message is shown in its conversation. */
export const placeOf = {
  event: (id: number | string): Place => ({ page: 'events', query: { id: String(id) } }),
  message: (id: number | string, session: string | undefined): Place => ({
    page: 'conversations',
    query: { session, message: String(id) },
  }),
  preference: (key: number | string): Place => ({ page: 'preferences', query: { key: String(key) } }),
  snapshot: (at: string): Place => ({ page: 'time-machine', query: { at } }),
} as const;

/** Where an entry of the timeline is shown; a resolution has the id of its event. */
export function placeOfItem({ kind, id, at, sessionId }: TimelineItem): Place {
  if (kind === 'message') return placeOf.message(id, sessionId);
  if (kind === 'preference') return placeOf.preference(id);
  return kind === 'snapshot' ? placeOf.snapshot(at) : placeOf.event(id);
}
