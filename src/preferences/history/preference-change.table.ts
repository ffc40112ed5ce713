import type { ContentEntry } from '../../database/index.js';
import type { PreferenceChangeEntity } from './preference-change.entity.js';

/** Before the preferences in exports: what an import finds in the history is not noted again. */
export const PREFERENCE_HISTORY = {
  role: 'content',
  name: 'preference_history',
  kind: 'preference_change',
  key: 'id',
  timeField: 'changedAt',
  columns: {
    id: 'id',
    key: 'plain',
    value: 'plain',
    changedAt: 'timestamp',
  },
  sameBy: ['key', 'changedAt', 'value'],
  isOriginal: false,
} as const satisfies ContentEntry<PreferenceChangeEntity>;
