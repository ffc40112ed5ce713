import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { clientAddress } from '../../http/client-address.js';
import { ProblemError } from '../../problems/problem.error.js';
import { RateLimit } from '../../time/rate-limit.js';

const MAX_ATTEMPTS_PER_ADDRESS = 5;
const MAX_ATTEMPTS_TOTAL = 100;
const TOTAL = 'all';

const MAX_KNOWN_ADDRESSES = 1000;
const KNOWN_ADDRESS_TTL_MS = 90 * 86_400_000;
/** Clients on the machine itself. */
const LOOPBACK: ReadonlySet<string> = new Set([clientAddress('127.0.0.1'), clientAddress('::1')]);

/**
 * Limits login attempts to five a minute for each address, and a hundred for all addresses together, against guessing
 * from many addresses.
 *
 * The total must not let an attacker lock the owner out. So it counts only addresses that have not shown the right
 * password lately: guesses from elsewhere do not count for the addresses from which the owner usually logs in, or for
 * the machine itself. Clients that share an address share its five attempts: behind the same NAT, five failed ones do
 * lock the owner out for a minute. Existing tokens and API keys are not affected.
 */
@Injectable()
export class LoginLimiter {
  private readonly attempts = new RateLimit(MAX_ATTEMPTS_PER_ADDRESS);
  private readonly totalAttempts = new RateLimit(MAX_ATTEMPTS_TOTAL);
  private readonly knownAddresses = new LRUCache<string, true>({
    max: MAX_KNOWN_ADDRESSES,
    ttl: KNOWN_ADDRESS_TTL_MS,
  });

  /**
   * Counts an attempt, before the password is verified.
   * @throws ProblemError `too_many_requests` with the seconds to wait.
   */
  countAttempt(ip: string): void {
    const address = clientAddress(ip);
    throwIfLimited(this.attempts.consume(address), 'Too many tries to log in');
    if (LOOPBACK.has(address) || this.knownAddresses.has(address)) return;
    throwIfLimited(this.totalAttempts.consume(TOTAL), 'Too many tries to log in, from many addresses');
  }

  /** Resets the attempts of an address that has shown the right password, and remembers the address. */
  recordSuccess(ip: string): void {
    const address = clientAddress(ip);
    this.knownAddresses.set(address, true);
    this.attempts.forget(address);
  }
}

function throwIfLimited(seconds: number, what: string): void {
  if (seconds === 0) return;
  throw new ProblemError('too_many_requests', `${what}; wait ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
  });
}
