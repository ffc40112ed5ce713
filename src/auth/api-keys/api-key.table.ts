import type { RunningEntry } from '../../database/index.js';
import { ApiKeyEntity } from './api-key.entity.js';

export const API_KEYS = {
  role: 'running',
  definedBy: ApiKeyEntity,
  forms: { createdAt: 'timestamp', lastUsedAt: 'timestamp', expiresAt: 'timestamp' },
  isSalvaged: true,
  access: 'grants',
} as const satisfies RunningEntry<keyof ApiKeyEntity>;
