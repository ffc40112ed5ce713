import type { KeptEntry } from '../database/index.js';
import { PreferenceEntity } from './preference.entity.js';

export const PREFERENCES = {
  role: 'kept',
  definedBy: PreferenceEntity,
  kind: 'preference',
  timeField: 'updatedAt',
  forms: { updatedAt: 'timestamp' },
  isOriginal: true,
} as const satisfies KeptEntry<keyof PreferenceEntity>;
