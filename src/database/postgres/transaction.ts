import type { PoolClient, QueryResult as PgResult } from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { FeedChange } from '../feed/feed-change.js';
import { logIfSlow } from '../queries/slow-queries.js';
import type { Query, QueryResult } from '../query.js';
import type { BeginOptions, Transaction } from '../transaction.js';
import { UnitScope } from '../unit-scope.js';
import type { PostgresFeed } from './feed.js';
import { maintainDerived } from './upkeep.js';
import { databaseUnavailable } from '../database-problems.js';
import { canPass, isConnectionLost, isRolledBack, isTableLocked } from './connection/errors.js';
import { POSTGRES_DIALECT } from './queries/dialect.js';

/**
 * By `jarvis_memory.unit` the triggers that notice other programs tell our transactions from theirs. An instance that is
 * paused in a transaction holds the position of the feed, on which all others wait: the server ends it before they give up
 * waiting.
 */
const BEGIN =
  "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL jarvis_memory.unit = 'on'; " +
  "SET LOCAL idle_in_transaction_session_timeout = '4s'; SET LOCAL lock_timeout = '5s'";
const TAKE_POSITION = 'SELECT position FROM feed_head WHERE id = 1 FOR UPDATE';
const MAX_ATTEMPTS = 5;
/** Doubled with each attempt, and shortened at random, so that two groups do not meet again. */
const REPEAT_DELAY_MS = 10;

/** Where the server warns that somebody has ended its wait for a synchronous replica; the text is in its language. */
const WAIT_GIVEN_UP = 'SyncRepWaitForLSN';

type State = 'none' | 'open' | 'aborted' | 'committing';

/**
 * Transactions on the connection of the writing pool. One that is lost, or leads to a server that only reads, is closed, so
 * that after a failover the next transaction goes where the server is. A unit of one statement gets no savepoint in the first attempt, so that all of them are sent at once; where one
 * fails the server has aborted the transaction, and the group is repeated with savepoints. Every commit is synced: the event
 * loop does not wait for it, and a lease has to outlive a crash of the server.
 */
export class PostgresTransaction implements Transaction {
  private runner: QueryRunner | undefined;
  private client: PoolClient | undefined;
  private unit: UnitScope | undefined;
  private state: State = 'none';
  private hasSavepoints = false;

  constructor(
    private readonly writer: DataSource,
    private readonly feed: PostgresFeed,
  ) {}

  get isOpen(): boolean {
    return this.state === 'open';
  }

  get sendsAtOnce(): boolean {
    return !this.hasSavepoints;
  }

  async begin({ attempt }: BeginOptions): Promise<void> {
    this.hasSavepoints = attempt > 1;
    this.runner = this.writer.createQueryRunner();
    this.client = (await this.runner.connect()) as PoolClient;
    await this.client.query(BEGIN);
    this.state = 'open';
    // TypeORM then uses savepoints for its own transactions (`save`, `manager.transaction`).
    Object.assign(this.runner, { isTransactionActive: true, transactionDepth: 1 });
  }

  async takePosition(): Promise<void> {
    try {
      await this.run(TAKE_POSITION);
    } catch (error) {
      this.state = 'aborted';
      throw error;
    }
  }

  async execute(query: Query): Promise<QueryResult> {
    if (!this.hasSavepoints) return this.send(query);
    await this.run('SAVEPOINT unit');
    try {
      const result = await this.send(query);
      await this.run('RELEASE SAVEPOINT unit');
      return result;
    } catch (error) {
      await this.undoToSavepoint(error);
      throw error;
    }
  }

  async savepoint(): Promise<EntityManager> {
    await this.run('SAVEPOINT unit');
    if (!this.runner) throw closed();
    this.unit = new UnitScope(this.runner);
    return this.unit.manager;
  }

  async release(): Promise<void> {
    await this.unit?.end();
    await this.run('RELEASE SAVEPOINT unit');
  }

  async undo(): Promise<void> {
    await this.unit?.end();
    if (this.isOpen) await this.undoToSavepoint(undefined);
  }

  async record(changes: readonly FeedChange[]): Promise<number> {
    if (!this.client) throw closed();
    try {
      const position = await this.feed.record(this.client, changes);
      await maintainDerived(this.client, changes);
      return position;
    } catch (error) {
      this.state = 'aborted';
      throw error;
    }
  }

  /** What is not on the replicas yet is not acknowledged, although the server has committed it: a failover would lose it. */
  async commit(): Promise<void> {
    this.state = 'committing';
    const warnings: (string | undefined)[] = [];
    const listen = ({ routine }: { routine: string | undefined }): unknown => warnings.push(routine);
    this.client?.on('notice', listen);
    const { command } = await this.run('COMMIT').finally(() => this.client?.off('notice', listen));
    // The server answers the COMMIT of an aborted transaction without an error.
    if (command !== 'COMMIT') throw databaseUnavailable('The database server did not commit.');
    if (warnings.includes(WAIT_GIVEN_UP))
      throw databaseUnavailable('The database server did not wait for its replicas.');
    await this.leave();
  }

  /** Behind a locked table every unit would wait in vain, one after the other; behind a locked row only that one does. */
  failsGroup(error: unknown): boolean {
    return isRolledBack(error) || isTableLocked(error) || isConnectionLost(error);
  }

  checkpointIfDue(): void {
    // The server does it by itself.
  }

  /** A group may be repeated where the server certainly has nothing of it. */
  repeatDelay(error: unknown, attempt: number): number | undefined {
    if (attempt >= MAX_ATTEMPTS) return undefined;
    if (isRolledBack(error)) return REPEAT_DELAY_MS * 2 ** attempt * Math.random();
    if (this.state === 'committing' || attempt > 1 || !canPass(error)) return undefined;
    // A statement that failed among those that were sent at once; or a connection that had died in the pool.
    return this.state === 'aborted' || isConnectionLost(error) ? 0 : undefined;
  }

  async abandon(error: unknown): Promise<void> {
    const { client } = this;
    const isUsable = client !== undefined && this.state !== 'committing' && !isConnectionLost(error);
    const isEnded = isUsable && (await client.query('ROLLBACK').then(yes, no));
    await this.leave(!isEnded);
  }

  /** @param isBroken closes the connection instead of giving it back. */
  private async leave(isBroken = false): Promise<void> {
    const { runner, client } = this;
    [this.runner, this.client, this.unit, this.state] = [undefined, undefined, undefined, 'none'];
    if (!runner) return;
    Object.assign(runner, { isTransactionActive: false, transactionDepth: 0 });
    // The pool does not take back a connection that has ended.
    if (isBroken) (client as { end?: () => Promise<void> } | undefined)?.end?.().catch(() => undefined);
    await runner.release().catch(() => undefined);
  }

  private async send(query: Query): Promise<QueryResult> {
    const begun = performance.now();
    try {
      const { rows, rowCount } = await this.run(POSTGRES_DIALECT.toDriver(query.text), query.values);
      const [first] = rows as { id?: number }[];
      return { changes: rowCount ?? 0, lastId: first?.id ?? 0 };
    } catch (error) {
      if (!this.hasSavepoints && this.state === 'open') this.state = 'aborted';
      throw error;
    } finally {
      logIfSlow(this.writer, query, performance.now() - begun);
    }
  }

  private async undoToSavepoint(cause: unknown): Promise<void> {
    try {
      await this.run('ROLLBACK TO SAVEPOINT unit; RELEASE SAVEPOINT unit');
      // The server has rolled back the whole transaction.
      if (isRolledBack(cause)) this.state = 'aborted';
    } catch {
      this.state = 'aborted';
    }
  }

  private run(text: string, values?: readonly unknown[]): Promise<PgResult> {
    if (!this.client) throw closed();
    return this.client.query(text, values && [...values]);
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;

function closed(): Error {
  return databaseUnavailable('There is no connection to the database server.');
}
