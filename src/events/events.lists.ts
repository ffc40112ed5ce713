import type { List } from '../database/index.js';
import type { EventEntity } from './event.entity.js';
import { conditionsOf, type EventFilters } from './events.filters.js';

/** All events that match the filters. */
export const NEWEST_FIRST: List<EventEntity, EventFilters> = {
  name: 'events',
  sortBy: 'timestamp',
  order: 'DESC',
  where: conditionsOf,
};

/** The events of one node, or of all, in either direction. */
export const BY_NODE: List<EventEntity, { node: string | null; order: 'ASC' | 'DESC' }> = {
  name: 'events of a node',
  sortBy: 'timestamp',
  order: 'DESC',
  where: ({ node, order }) => ({ oneOf: { node: node === null ? undefined : [node] }, order }),
};
