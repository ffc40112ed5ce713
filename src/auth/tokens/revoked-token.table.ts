import type { OperationalEntry } from '../../database/index.js';
import type { RevokedTokenEntity } from './revoked-token.entity.js';

export const REVOKED_TOKENS = {
  role: 'operational',
  name: 'revoked_tokens',
  columns: { tokenId: 'plain', expiresAt: 'timestamp' },
  kept: { by: ['tokenId'] },
  access: 'denies',
} as const satisfies OperationalEntry<RevokedTokenEntity>;
