import type { OperationalEntry } from '../database/index.js';
import type {
  ForgottenRangeEntity,
  RetentionSettingEntity,
  StorageSampleEntity,
} from './retention-tables.entity.js';

export const RETENTION_SETTINGS = {
  role: 'operational',
  name: 'retention_settings',
  columns: { name: 'plain', value: 'plain', updatedAt: 'timestamp' },
  isSalvaged: true,
} as const satisfies OperationalEntry<RetentionSettingEntity>;

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
  isSalvaged: true,
} as const satisfies OperationalEntry<ForgottenRangeEntity>;

/** Not salvaged: the memory has another size then. */
export const STORAGE_SAMPLES = {
  role: 'operational',
  name: 'storage_samples',
  columns: {
    at: 'plain',
    rowBytes: 'plain',
    indexBytes: 'plain',
    blockBytes: 'plain',
    writtenBytes: 'plain',
  },
  isSalvaged: false,
} as const satisfies OperationalEntry<StorageSampleEntity>;
