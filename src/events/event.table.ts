import type { KeptEntry } from '../database/index.js';
import { EventEntity } from './event.entity.js';

export const EVENTS = {
  role: 'kept',
  definedBy: EventEntity,
  kind: 'event',
  timeField: 'timestamp',
  forms: { timestamp: 'timestamp', resolvedAt: 'timestamp', details: 'document' },
  isOriginal: true,
} as const satisfies KeptEntry<keyof EventEntity>;
