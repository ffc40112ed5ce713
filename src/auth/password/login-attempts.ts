import { LRUCache } from 'lru-cache';
import { RateLimit } from '../../time/rate-limit.js';

export const MAX_ATTEMPTS_PER_ADDRESS = 5;
export const MAX_ATTEMPTS_TOTAL = 100;
export const KNOWN_ADDRESS_TTL_MS = 90 * 86_400_000;
const MAX_KNOWN_ADDRESSES = 1000;
const TOTAL = 'all';

/** The counts of login attempts a minute, and the addresses from which the right password came lately. */
export abstract class LoginAttempts {
  /** @returns the seconds to wait where the address has made too many; 0 otherwise. */
  abstract countForAddress(address: string): Promise<number>;
  /** @returns the seconds to wait where all addresses together have made too many; 0 otherwise. */
  abstract countForAll(): Promise<number>;
  abstract isKnown(address: string): Promise<boolean>;
  /** Forgets the attempts of an address, and remembers it. */
  abstract recordSuccess(address: string): Promise<void>;
}

/** The counts of one process. */
export class LocalLoginAttempts extends LoginAttempts {
  private readonly attempts = new RateLimit(MAX_ATTEMPTS_PER_ADDRESS);
  private readonly totalAttempts = new RateLimit(MAX_ATTEMPTS_TOTAL);
  private readonly knownAddresses = new LRUCache<string, true>({
    max: MAX_KNOWN_ADDRESSES,
    ttl: KNOWN_ADDRESS_TTL_MS,
  });

  countForAddress(address: string): Promise<number> {
    return Promise.resolve(this.attempts.consume(address));
  }

  countForAll(): Promise<number> {
    return Promise.resolve(this.totalAttempts.consume(TOTAL));
  }

  isKnown(address: string): Promise<boolean> {
    return Promise.resolve(this.knownAddresses.has(address));
  }

  recordSuccess(address: string): Promise<void> {
    this.knownAddresses.set(address, true);
    this.attempts.forget(address);
    return Promise.resolve();
  }
}
