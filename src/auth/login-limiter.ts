import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ProblemError } from '../common/problem/problem.error.js';

const TRIES = 5;
const PERIOD_SECONDS = 60;

/** Five tries to log in a minute, for each address. */
@Injectable()
export class LoginLimiter {
  private readonly tries = new RateLimiterMemory({ points: TRIES, duration: PERIOD_SECONDS });

  /**
   * Counts a try, before the password is looked at.
   * @throws ProblemError `too_many_requests` with the seconds to wait.
   */
  async countTry(address: string): Promise<void> {
    try {
      await this.tries.consume(address);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      throw new ProblemError('too_many_requests', `Too many tries to log in; wait ${seconds} seconds.`, {
        retryAfterSeconds: seconds,
      });
    }
  }

  /** Forgets the tries of an address that has shown the right password. */
  async forgive(address: string): Promise<void> {
    await this.tries.delete(address);
  }
}
