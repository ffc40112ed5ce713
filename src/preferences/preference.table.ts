import type { ContentEntry } from '../database/index.js';
import type { PreferenceEntity } from './preference.entity.js';

export const PREFERENCES = {
  role: 'content',
  name: 'preferences',
  kind: 'preference',
  key: 'key',
  timeField: 'updatedAt',
  columns: {
    key: 'plain',
    value: 'plain',
    updatedAt: 'timestamp',
  },
  isOriginal: true,
} as const satisfies ContentEntry<PreferenceEntity>;
