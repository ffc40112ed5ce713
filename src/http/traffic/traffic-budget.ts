/**
 * Shares smaller than this use a reserve of their own first, so that large bodies and answers cannot crowd them out.
 */
export const SMALL_BYTES = 65_536;
/** One part in this many of the budget is the reserve, or what one client may hold. */
const RESERVE_FRACTION = 8;
const CLIENT_FRACTION = 4;

interface Pool {
  readonly limit: number;
  held: number;
}

/** The bytes of the budget that one request holds: first those of its body, then those of its answer. */
export interface Share {
  /**
   * Holds more bytes.
   * @returns false, and changes nothing, where the budget is exhausted.
   */
  tryTake(bytes: number): boolean;
  /**
   * Replaces the number of bytes held.
   * @returns false, and changes nothing, where the budget is exhausted.
   */
  tryHold(bytes: number): boolean;
  /** Replaces the number of bytes held, even beyond the budget. */
  hold(bytes: number): void;
  /** Releases everything for good: later calls hold nothing. Idempotent. */
  release(): void;
}

/**
 * A budget for the bytes of received bodies and unsent answers of all clients together. One client may hold a quarter
 * of it.
 */
export class TrafficBudget {
  readonly small: Pool;
  readonly large: Pool;
  private readonly maxPerClient: number;
  private readonly byClient = new Map<string, number>();

  /** @param largest what one client may hold at least: with less, the largest permitted body would never fit. */
  constructor(
    readonly limit: number,
    largest = 0,
  ) {
    const reserve = Math.floor(limit / RESERVE_FRACTION);
    this.small = { limit: reserve, held: 0 };
    this.large = { limit: limit - reserve, held: 0 };
    this.maxPerClient = Math.max(Math.floor(limit / CLIENT_FRACTION), largest);
  }

  /** How many bytes are held. */
  get held(): number {
    return this.small.held + this.large.held;
  }

  /** How many clients hold bytes. */
  get clients(): number {
    return this.byClient.size;
  }

  share(client: string): Share {
    return new ClientShare(this, client);
  }

  /** Whether a client may hold this many more bytes. */
  canHold(client: string, bytes: number): boolean {
    return (this.byClient.get(client) ?? 0) + bytes <= this.maxPerClient;
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
  private isReleased = false;

  constructor(
    private readonly budget: TrafficBudget,
    private readonly client: string,
  ) {}

  tryTake(bytes: number): boolean {
    return this.tryHold(this.bytes + bytes);
  }

  tryHold(bytes: number): boolean {
    if (this.isReleased) return true;
    const pool = this.poolWithRoomFor(bytes);
    if (!pool || !this.budget.canHold(this.client, bytes - this.bytes)) return false;
    this.move(bytes, pool);
    return true;
  }

  hold(bytes: number): void {
    if (!this.isReleased) this.move(bytes, this.poolWithRoomFor(bytes) ?? this.budget.large);
  }

  release(): void {
    this.hold(0);
    this.isReleased = true;
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
