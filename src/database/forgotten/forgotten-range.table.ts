import type { OperationalEntry } from '../table-entry.js';
import type { ForgottenRangeEntity } from './forgotten-range.entity.js';

export const FORGOTTEN_RANGES = {
  role: 'operational',
  name: 'forgotten_ranges',
  columns: {
    id: 'id',
    kind: 'plain',
    rule: 'plain',
    from: 'plain',
    until: 'plain',
    firstId: 'plain',
    lastId: 'plain',
    since: 'plain',
    at: 'plain',
    rows: 'plain',
    keys: 'plain',
  },
  kept: { by: ['id'] },
} as const satisfies OperationalEntry<ForgottenRangeEntity>;
