import pg, { type Client, type PoolConfig } from 'pg';
import type { Changes } from '../changes.js';
import { inTime } from './connection/in-time.js';
import { CHANNEL, type PostgresFeed } from './feed.js';

/** Without notifications, what other instances write is noticed within this time. */
const POLL_INTERVAL_MS = 500;
const RECONNECT_DELAY_MS = 2000;
const MAX_POSITIONS = 1000;

/**
 * Tells `Changes` what other instances and programs write: soon, where notifications arrive, and by polling in any case,
 * because a pooler or another engine may swallow them.
 */
export class FeedWatch {
  private readonly timer: NodeJS.Timeout;
  private reconnecting: NodeJS.Timeout | undefined;
  private listener: Client | undefined;
  private running: Promise<void> | undefined;
  private isWakingAgain = false;
  private isStopped = false;

  /** @param listenOptions of the connection that listens; undefined where the server does not notify. */
  constructor(
    private readonly feed: PostgresFeed,
    private readonly changes: Changes,
    private readonly listenOptions: PoolConfig | undefined,
  ) {
    this.timer = setInterval(() => {
      this.wake();
    }, POLL_INTERVAL_MS).unref();
    void this.listen();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.timer);
    clearTimeout(this.reconnecting);
    const ended = this.listener?.end().catch(() => undefined);
    await inTime(Promise.all([ended, this.running]));
  }

  /** Reads what is new; where it is being read, once more after that. */
  private wake(): void {
    if (this.isStopped) return;
    this.isWakingAgain = this.running !== undefined;
    this.running ??= this.read()
      // The database does not answer: requests say so, and the next poll tries again.
      .catch(() => undefined)
      .finally(() => {
        this.running = undefined;
        if (this.isWakingAgain) this.wake();
      });
  }

  private async read(): Promise<void> {
    const { feed, changes } = this;
    for (let isMore = true; isMore && !this.isStopped;) {
      const { known, observedPosition: from } = changes;
      const state = await feed.read();
      const isNew = state.position > from;
      changes.observe(state, isNew ? await feed.changesAfter(from, MAX_POSITIONS) : [], known);
      isMore = changes.observedPosition < state.position && changes.observedPosition > from;
    }
  }

  private async listen(): Promise<void> {
    if (this.isStopped || !this.listenOptions) return;
    try {
      const client = this.createClient(this.listenOptions);
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      this.wake();
    } catch {
      // A certificate may be missing for a moment, while it is replaced.
      if (!this.listener) this.listenAgain();
      await this.listener?.end().catch(() => undefined);
    }
  }

  private createClient(options: PoolConfig): Client {
    this.listener = undefined;
    const client = new pg.Client(options);
    client.on('notification', () => {
      this.wake();
    });
    client.on('error', () => undefined);
    client.once('end', () => {
      this.listenAgain();
    });
    return (this.listener = client);
  }

  private listenAgain(): void {
    if (this.isStopped) return;
    this.reconnecting = setTimeout(() => void this.listen(), RECONNECT_DELAY_MS).unref();
  }
}
