import type { OperationalEntry } from '../../database/index.js';
import type { LoginAttemptEntity } from './login-attempt.entity.js';

export const LOGIN_ATTEMPTS = {
  role: 'operational',
  name: 'login_attempts',
  columns: { client: 'plain', attempts: 'plain', until: 'plain' },
  kept: false,
} as const satisfies OperationalEntry<LoginAttemptEntity>;
