import type { KeptEntry } from '../database/index.js';
import type { PreferenceEntity } from './preference.entity.js';

export const PREFERENCES = {
  role: 'kept',
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
} as const satisfies KeptEntry<PreferenceEntity>;
