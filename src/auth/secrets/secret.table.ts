import type { OperationalEntry } from '../../database/index.js';
import type { SecretEntity } from './secret.entity.js';

/** A secret from a damaged database would be trusted without a check. */
export const SECRETS = {
  role: 'operational',
  name: 'secrets',
  columns: { name: 'plain', value: 'plain', updatedAt: 'timestamp' },
  kept: { by: ['name'], unlessDamaged: true },
  access: 'grants',
} as const satisfies OperationalEntry<SecretEntity>;
