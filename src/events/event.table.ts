import type { ContentEntry } from '../database/index.js';
import type { EventEntity } from './event.entity.js';

export const EVENTS = {
  role: 'content',
  name: 'events',
  kind: 'event',
  key: 'id',
  timeField: 'timestamp',
  columns: {
    id: 'id',
    timestamp: 'timestamp',
    type: 'plain',
    severity: 'plain',
    source: 'plain',
    node: 'plain',
    summary: 'plain',
    details: 'document',
    resolved: 'flag',
    resolvedAt: 'timestamp',
    resolvedBy: 'plain',
  },
  isOriginal: true,
  search: {
    body: ['node', 'summary', 'details'],
    tags: { node: 'n', severity: 's', type: 't' },
    hasPattern: true,
  },
} as const satisfies ContentEntry<EventEntity>;
