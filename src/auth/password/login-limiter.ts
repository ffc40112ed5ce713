import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { clientAddress } from '../../http/client-address.js';
import { ProblemError } from '../../problems/problem.error.js';
import { RateLimit } from '../../time/rate-limit.js';

const TRIES_OF_ONE = 5;
const TRIES_OF_ALL = 100;
const TOTAL = 'all';

const MOST_KNOWN = 1000;
const KNOWN_FOR_MS = 90 * 86_400_000;
/** Whoever sits at the machine itself. */
const HERE: ReadonlySet<string> = new Set([clientAddress('127.0.0.1'), clientAddress('::1')]);

/**
 * Five tries to log in a minute for each address, and a hundred for all addresses together, since guessing from a
 * thousand addresses is no rarer than from one.
 *
 * The total must not become a way to lock the owner out. So it counts only addresses that have not shown the right
 * password lately: from where the owner logs in usually, and from the machine itself, guesses from elsewhere do not
 * count. Whoever shares an address shares its five tries: from behind the same NAT five bad ones do lock the owner out,
 * for a minute. Neither tokens nor API keys that he has already are concerned.
 */
@Injectable()
export class LoginLimiter {
  private readonly tries = new RateLimit(TRIES_OF_ONE);
  private readonly allTries = new RateLimit(TRIES_OF_ALL);
  private readonly known = new LRUCache<string, true>({ max: MOST_KNOWN, ttl: KNOWN_FOR_MS });

  /**
   * Counts a try, before the password is looked at.
   * @throws ProblemError `too_many_requests` with the seconds to wait.
   */
  countTry(ip: string): void {
    const address = clientAddress(ip);
    refuseFor(this.tries.consume(address), 'Too many tries to log in');
    if (HERE.has(address) || this.known.has(address)) return;
    refuseFor(this.allTries.consume(TOTAL), 'Too many tries to log in, from many addresses');
  }

  /** Forgets the tries of an address that has shown the right password, and remembers the address. */
  forgive(ip: string): void {
    const address = clientAddress(ip);
    this.known.set(address, true);
    this.tries.forget(address);
  }
}

function refuseFor(seconds: number, what: string): void {
  if (seconds === 0) return;
  throw new ProblemError('too_many_requests', `${what}; wait ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
  });
}
