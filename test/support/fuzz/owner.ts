import type { Operation } from './contract.js';
import type { Answer, Wire } from './wire.js';

const LOGIN = '/api/auth/login';
const SESSION = '/api/auth/session';
const PASSWORD = 'POST /api/auth/password';
/** After these a token may be over, and not before. */
const TOKEN_ENDING = ['POST /api/auth/logout', `DELETE ${SESSION}`, PASSWORD];
const MAX_LOGIN_ATTEMPTS = 3;

/** The owner of the service: knows the password, and logs in again where a token was revoked. */
export class Owner {
  private token = '';
  private mayBeOver = true;
  private logins = 0;

  constructor(
    private readonly wire: Wire,
    private password: string,
  ) {}

  get authorization(): string {
    return `Bearer ${this.token}`;
  }

  /** An address of this machine that has tried no password yet: the limits on tries are not what is tested here. */
  newAddress(): string {
    this.logins++;
    return `127.${1 + ((this.logins >> 16) % 254)}.${(this.logins >> 8) % 256}.${1 + (this.logins % 254)}`;
  }

  /** Fills in what only the owner knows, and no schema can say. */
  complete({ id }: Operation, body: unknown): unknown {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
    if (id === `POST ${LOGIN}`) return { ...body, password: this.password };
    if (id === `POST ${SESSION}`) return { password: this.password };
    if (id === PASSWORD) return { current: this.password, next: `another password ${this.logins}` };
    // A key that has expired already is refused.
    return 'expiresAt' in body && body.expiresAt !== null
      ? { ...body, expiresAt: '2099-11-22T20:15:00.123Z' }
      : body;
  }

  /** Learns from an answer whether the token may be over, and what the password is. */
  learn({ id }: Operation, body: unknown, { status }: Answer): void {
    if (status < 200 || status > 299 || !TOKEN_ENDING.includes(id)) return;
    this.mayBeOver = true;
    const next = (body as { next?: unknown } | undefined)?.next;
    if (id === PASSWORD && typeof next === 'string') this.password = next;
  }

  /** Logs in again where that may be needed. @returns whether the token is another one now. */
  async renew(): Promise<boolean> {
    if (!this.mayBeOver) return false;
    for (let tries = 0; tries < MAX_LOGIN_ATTEMPTS; tries++) {
      const answer = await this.wire.send({
        method: 'POST',
        target: LOGIN,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ password: this.password }),
      });
      const token = (answer.body as { token?: unknown } | undefined)?.token;
      if (typeof token === 'string') {
        this.token = token;
        this.mayBeOver = false;
        return true;
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers['retry-after'] ?? 1)));
    }
    throw new Error('The owner cannot log in any more.');
  }
}
