import type { OperationalEntry } from '../database/index.js';
import type { RetentionSettingEntity, StorageSampleEntity } from './retention-tables.entity.js';

export const RETENTION_SETTINGS = {
  role: 'operational',
  name: 'retention_settings',
  columns: { name: 'plain', value: 'plain', updatedAt: 'timestamp' },
  kept: { by: ['name'] },
} as const satisfies OperationalEntry<RetentionSettingEntity>;

/** Not kept: the memory has another size then. */
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
  kept: false,
} as const satisfies OperationalEntry<StorageSampleEntity>;
