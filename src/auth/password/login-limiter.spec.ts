import { describe, expect, it } from '@jest/globals';
import { LoginLimiter } from './login-limiter.js';

const refusal = { code: 'too_many_requests', retryAfterSeconds: 60 };

function refusalOf(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function tryTimes(limiter: LoginLimiter, address: string, times: number): void {
  for (let count = 0; count < times; count++) limiter.countAttempt(address);
}

describe('The limit on tries to log in', () => {
  it('refuses the sixth within a minute and says how long to wait', () => {
    const limiter = new LoginLimiter();
    tryTimes(limiter, '10.0.0.1', 5);
    expect(
      refusalOf(() => {
        limiter.countAttempt('10.0.0.1');
      }),
    ).toMatchObject(refusal);
  });

  it('counts each address by itself', () => {
    const limiter = new LoginLimiter();
    tryTimes(limiter, '10.0.0.1', 5);
    expect(() => {
      tryTimes(limiter, '10.0.0.2', 5);
    }).not.toThrow();
    expect(
      refusalOf(() => {
        limiter.countAttempt('10.0.0.1');
      }),
    ).toMatchObject(refusal);
  });

  it('begins anew for an address that showed the right password, and for no other', () => {
    const limiter = new LoginLimiter();
    tryTimes(limiter, '10.0.0.1', 5);
    tryTimes(limiter, '10.0.0.2', 5);
    limiter.recordSuccess('10.0.0.1');
    expect(() => {
      tryTimes(limiter, '10.0.0.1', 5);
    }).not.toThrow();
    expect(
      refusalOf(() => {
        limiter.countAttempt('10.0.0.2');
      }),
    ).toMatchObject(refusal);
  });
});
