import type { RunningEntry } from '../../database/index.js';
import { RevokedTokenEntity } from './revoked-token.entity.js';

export const REVOKED_TOKENS = {
  role: 'running',
  definedBy: RevokedTokenEntity,
  forms: { expiresAt: 'timestamp' },
  isSalvaged: true,
  access: 'denies',
} as const satisfies RunningEntry<keyof RevokedTokenEntity>;
