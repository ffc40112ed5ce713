/** What is held by less than this counts against a reserve of its own, so that large things cannot crowd it out. */
export const SMALL_BYTES = 65_536;
/** Of the whole: one part in so many is the reserve, and so much may one client hold. */
const RESERVE_PART = 8;
const CLIENT_PART = 4;

interface Pool {
  readonly limit: number;
  held: number;
}

/** What one request holds of the budget: the bytes of its body, and later those of its answer. */
export interface Share {
  /** Holds so many bytes more. @returns false where there is no room for them: then nothing more is held. */
  tryTake(bytes: number): boolean;
  /** Holds so many bytes in place of what it held. @returns false where there is no room: then nothing changes. */
  tryHold(bytes: number): boolean;
  /** Holds so many bytes in place of what it held, whether there is room or not. */
  hold(bytes: number): void;
  /** Gives everything back, for good: it takes nothing any more. It may be called again. */
  release(): void;
}

/**
 * The bytes of bodies that have arrived and of answers that are not yet sent, of all clients together: they share a
 * bound, of which one client may hold a quarter.
 */
export class TrafficBudget {
  readonly small: Pool;
  readonly large: Pool;
  private readonly perClient: number;
  private readonly byClient = new Map<string, number>();

  /** @param largest how much one client may hold in any case: with less, no largest body of all would pass. */
  constructor(
    readonly limit: number,
    largest = 0,
  ) {
    const reserve = Math.floor(limit / RESERVE_PART);
    this.small = { limit: reserve, held: 0 };
    this.large = { limit: limit - reserve, held: 0 };
    this.perClient = Math.max(Math.floor(limit / CLIENT_PART), largest);
  }

  /** How many bytes are held. */
  get held(): number {
    return this.small.held + this.large.held;
  }

  /** How many clients hold some of them. */
  get clients(): number {
    return this.byClient.size;
  }

  share(client: string): Share {
    return new ClientShare(this, client);
  }

  /** Whether a client may hold so many bytes more. */
  allows(client: string, bytes: number): boolean {
    return (this.byClient.get(client) ?? 0) + bytes <= this.perClient;
  }

  count(client: string, bytes: number): void {
    const held = (this.byClient.get(client) ?? 0) + bytes;
    if (held === 0) this.byClient.delete(client);
    else this.byClient.set(client, held);
  }
}

class ClientShare implements Share {
  private bytes = 0;
  private pool: Pool | undefined;
  private isOver = false;

  constructor(
    private readonly budget: TrafficBudget,
    private readonly client: string,
  ) {}

  tryTake(bytes: number): boolean {
    return this.tryHold(this.bytes + bytes);
  }

  tryHold(bytes: number): boolean {
    if (this.isOver) return true;
    const pool = this.poolWithRoomFor(bytes);
    if (!pool || !this.budget.allows(this.client, bytes - this.bytes)) return false;
    this.move(bytes, pool);
    return true;
  }

  hold(bytes: number): void {
    if (!this.isOver) this.move(bytes, this.poolWithRoomFor(bytes) ?? this.budget.large);
  }

  release(): void {
    this.hold(0);
    this.isOver = true;
  }

  private poolWithRoomFor(bytes: number): Pool | undefined {
    const { small, large } = this.budget;
    const pools = bytes < SMALL_BYTES ? [small, large] : [large];
    return pools.find((pool) => pool.held - this.heldIn(pool) + bytes <= pool.limit);
  }

  private heldIn(pool: Pool): number {
    return pool === this.pool ? this.bytes : 0;
  }

  private move(bytes: number, pool: Pool): void {
    if (this.pool) this.pool.held -= this.bytes;
    pool.held += bytes;
    this.budget.count(this.client, bytes - this.bytes);
    this.bytes = bytes;
    this.pool = pool;
  }
}
