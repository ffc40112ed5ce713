import { ProblemError } from '../problems/problem.error.js';

/** How many may listen at the same time. */
export interface SeatLimits {
  /** Of what, in the plural, for the message. */
  readonly of: string;
  readonly all: number;
  readonly ofEachClient: number;
  readonly retryAfterSeconds: number;
}

/** Bounds how many listen at the same time, in all and of one client. */
export class Seats {
  private readonly byClient = new Map<string, number>();
  private taken = 0;

  constructor(readonly limits: SeatLimits) {}

  get count(): number {
    return this.taken;
  }

  /** @throws ProblemError `too_many_streams` where there is no room for one more. */
  requireRoom(client: string): void {
    const { of, all, ofEachClient, retryAfterSeconds } = this.limits;
    if (this.taken < all && (this.byClient.get(client) ?? 0) < ofEachClient) return;
    const detail = this.taken < all ? `You have ${ofEachClient} ${of}.` : `There are ${all} ${of}.`;
    throw new ProblemError('too_many_streams', detail, { retryAfterSeconds });
  }

  /** Takes a seat, for which there has to be room. @returns gives it back, once. */
  take(client: string): () => void {
    this.taken++;
    this.byClient.set(client, (this.byClient.get(client) ?? 0) + 1);
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
