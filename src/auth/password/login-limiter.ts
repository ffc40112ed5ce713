import { Injectable } from '@nestjs/common';
import { clientAddress } from '../../http/client-address.js';
import { ProblemError } from '../../problems/problem.error.js';
import { LoginAttempts } from './login-attempts.js';

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
  constructor(private readonly attempts: LoginAttempts) {}

  /**
   * Counts an attempt, before the password is verified.
   * @throws ProblemError `too_many_requests` with the seconds to wait.
   */
  async countAttempt(ip: string): Promise<void> {
    const address = clientAddress(ip);
    throwIfLimited(await this.attempts.countForAddress(address), 'Too many tries to log in');
    if (LOOPBACK.has(address) || (await this.attempts.isKnown(address))) return;
    throwIfLimited(await this.attempts.countForAll(), 'Too many tries to log in, from many addresses');
  }

  /** Resets the attempts of an address that has shown the right password, and remembers the address. */
  async recordSuccess(ip: string): Promise<void> {
    await this.attempts.recordSuccess(clientAddress(ip));
  }
}

function throwIfLimited(seconds: number, what: string): void {
  if (seconds === 0) return;
  throw new ProblemError('too_many_requests', `${what}; wait ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
  });
}
