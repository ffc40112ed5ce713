import { RateLimiterRes, type RateLimiterMemory } from 'rate-limiter-flexible';

/** Counts one more. @returns the seconds to wait where that is too many; 0 where it is not. */
export async function secondsToWait(limiter: RateLimiterMemory, name: string): Promise<number> {
  try {
    await limiter.consume(name);
    return 0;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
  }
}
