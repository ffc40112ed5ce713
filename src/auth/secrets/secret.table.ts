import type { OperationalEntry } from '../../database/index.js';
import type { SecretEntity } from './secret.entity.js';

/** Not salvaged: a secret from a damaged database would be trusted without a check. */
export const SECRETS = {
  role: 'operational',
  name: 'secrets',
  columns: { name: 'plain', value: 'plain', updatedAt: 'timestamp' },
  isSalvaged: false,
  access: 'grants',
} as const satisfies OperationalEntry<SecretEntity>;
