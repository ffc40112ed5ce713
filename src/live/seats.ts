import { ProblemError } from '../../problems/problem.error.js';

const MAX_SEATS = 200;
const MAX_PER_CLIENT = 20;
const RETRY_SECONDS = 10;

/** Bounds how many listen at the same time, in all and from one address with one credential. */
export class Seats {
  readonly limit = MAX_SEATS;
  private readonly byClient = new Map<string, number>();
  private taken = 0;

  get count(): number {
    return this.taken;
  }

  /**
   * @returns gives the seat back, once.
   * @throws ProblemError `too_many_streams`.
   */
  take(client: string): () => void {
    const own = this.byClient.get(client) ?? 0;
    if (this.taken >= MAX_SEATS) throw full(`${MAX_SEATS} streams and long polls are open.`);
    if (own >= MAX_PER_CLIENT) throw full(`You have ${MAX_PER_CLIENT} streams and long polls open.`);
    this.taken++;
    this.byClient.set(client, own + 1);
    let isTaken = true;
    return () => {
      if (isTaken) this.giveBack(client);
      isTaken = false;
    };
  }

  private giveBack(client: string): void {
    this.taken--;
    const left = (this.byClient.get(client) ?? 1) - 1;
    if (left === 0) this.byClient.delete(client);
    else this.byClient.set(client, left);
  }
}

function full(detail: string): ProblemError {
  return new ProblemError('too_many_streams', detail, { retryAfterSeconds: RETRY_SECONDS });
}
