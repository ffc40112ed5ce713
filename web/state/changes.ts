import type { EventRow, Schemas } from '../api/types.js';

export type Change = Readonly<Schemas['ChangeDto']>;

/** The events that changes of a type tell, in their order; those that are gone by now are left out. */
export function eventsOf(changes: readonly Change[], type: Change['type']): EventRow[] {
  return changes.flatMap(({ type: told, data }) => (told === type && isEvent(data) ? [data] : []));
}

function isEvent(data: unknown): data is EventRow {
  return typeof data === 'object' && data !== null && 'timestamp' in data && 'summary' in data;
}
