import { describe, expect, it } from '@jest/globals';
import { LocalLoginAttempts } from './login-attempts.js';
import { LoginLimiter } from './login-limiter.js';

const REFUSED = { code: 'too_many_requests', retryAfterSeconds: 60 };

async function tryTimes(limiter: LoginLimiter, address: string, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await limiter.countAttempt(address);
}

describe('The limit on tries to log in', () => {
  const aLimiter = (): LoginLimiter => new LoginLimiter(new LocalLoginAttempts());

  it('refuses the sixth within a minute and says how long to wait', async () => {
    const limiter = aLimiter();
    await tryTimes(limiter, '10.0.0.1', 5);
    await expect(limiter.countAttempt('10.0.0.1')).rejects.toMatchObject(REFUSED);
  });

  it('counts each address by itself', async () => {
    const limiter = aLimiter();
    await tryTimes(limiter, '10.0.0.1', 5);
    await tryTimes(limiter, '10.0.0.2', 5);
    await expect(limiter.countAttempt('10.0.0.1')).rejects.toMatchObject(REFUSED);
  });

  it('begins anew for an address that showed the right password, and for no other', async () => {
    const limiter = aLimiter();
    await tryTimes(limiter, '10.0.0.1', 5);
    await tryTimes(limiter, '10.0.0.2', 5);
    await limiter.recordSuccess('10.0.0.1');
    await tryTimes(limiter, '10.0.0.1', 5);
    await expect(limiter.countAttempt('10.0.0.2')).rejects.toMatchObject(REFUSED);
  });
});
