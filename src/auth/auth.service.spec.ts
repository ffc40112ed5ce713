import { describe, expect, it } from '@jest/globals';
import { ProblemError } from '../problems/problem.error.js';
import { AuthService } from './auth.service.js';
import { LocalLoginAttempts } from './password/login-attempts.js';
import { LoginLimiter } from './password/login-limiter.js';
import type { Password } from './password/password.js';
import type { RevokedTokensService } from './tokens/revoked-tokens.service.js';
import type { Tokens } from './tokens/tokens.js';

const ADDRESS = '10.0.0.1';

/** Where a new password cannot be stored, for a reason. */
function serviceThatFails(reason: Error): AuthService {
  const password = { change: () => Promise.reject(reason) } as unknown as Password;
  const limiter = new LoginLimiter(new LocalLoginAttempts());
  return new AuthService(password, limiter, {} as Tokens, {} as RevokedTokensService);
}

describe('A new password that cannot be stored', () => {
  it.each([
    ['ENOSPC', 'storage_full'],
    ['EDQUOT', 'storage_full'],
    ['EACCES', 'conflict'],
  ])('is refused where the disk says %s, as %s', async (code, expected) => {
    const service = serviceThatFails(Object.assign(new Error('no'), { code }));
    await expect(service.changePassword('old', 'new', ADDRESS)).rejects.toMatchObject({ code: expected });
  });

  it('is refused as the database says it, where it would be kept there', async () => {
    const problem = new ProblemError('database_unavailable', 'away');
    await expect(serviceThatFails(problem).changePassword('old', 'new', ADDRESS)).rejects.toBe(problem);
  });
});
