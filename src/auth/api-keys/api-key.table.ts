import type { OperationalEntry } from '../../database/index.js';
import type { ApiKeyEntity } from './api-key.entity.js';

export const API_KEYS = {
  role: 'operational',
  name: 'api_keys',
  columns: {
    id: 'id',
    name: 'plain',
    role: 'plain',
    hash: 'plain',
    createdAt: 'timestamp',
    lastUsedAt: 'timestamp',
    expiresAt: 'timestamp',
  },
  kept: { by: ['id'] },
  access: 'grants',
} as const satisfies OperationalEntry<ApiKeyEntity>;
