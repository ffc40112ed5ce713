import { describe, expect, it } from '@jest/globals';
import { LoginLimiter } from './login-limiter.js';

const refusal = expect.objectContaining({ code: 'too_many_requests', retryAfterSeconds: expect.any(Number) });

async function tryTimes(limiter: LoginLimiter, address: string, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await limiter.countTry(address);
}

describe('The limit on tries to log in', () => {
  it('refuses the sixth within a minute and says how long to wait', async () => {
    const limiter = new LoginLimiter();
    await tryTimes(limiter, '10.0.0.1', 5);
    const refused = await limiter.countTry('10.0.0.1').catch((error: unknown) => error);
    expect(refused).toEqual(refusal);
    const { retryAfterSeconds } = refused as { retryAfterSeconds: number };
    expect(retryAfterSeconds).toBeGreaterThan(0);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('holds for six at the same moment as well', async () => {
    const limiter = new LoginLimiter();
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => limiter.countTry('10.0.0.1')));
    expect(tries.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });

  it('counts each address by itself', async () => {
    const limiter = new LoginLimiter();
    await tryTimes(limiter, '10.0.0.1', 5);
    await expect(tryTimes(limiter, '10.0.0.2', 5)).resolves.toBeUndefined();
    await expect(limiter.countTry('10.0.0.1')).rejects.toEqual(refusal);
  });

  it('begins anew for an address that showed the right password, and for no other', async () => {
    const limiter = new LoginLimiter();
    await tryTimes(limiter, '10.0.0.1', 5);
    await tryTimes(limiter, '10.0.0.2', 5);
    await limiter.forgive('10.0.0.1');
    await expect(tryTimes(limiter, '10.0.0.1', 5)).resolves.toBeUndefined();
    await expect(limiter.countTry('10.0.0.2')).rejects.toEqual(refusal);
  });
});
