import { setTimeout as sleep } from 'node:timers/promises';
import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Checkpoints } from './checkpoints.js';
import { isLocked } from './errors.js';
import { databaseUnavailable } from '../../database-problems.js';
import type { FeedChange } from '../../feed/feed-change.js';
import type { SqliteFeed } from './feed.js';
import { LOCK_TIMEOUT_MS } from './read-only.js';
import type { Query, QueryResult } from '../../query.js';
import { sqliteHandle } from './handle.js';
import { runQuery } from '../queries/rows.js';
import type { SchemaWatch } from '../file/schema-watch.js';
import type { BeginOptions, Transaction } from '../../transaction.js';
import { UnitScope } from '../../unit-scope.js';

const LOCK_RETRY_MS = 20;
const DAY_MS = 86_400_000;

/**
 * Transactions on the writer connection, by prepared statements. TypeORM has one query runner for this connection, whose
 * transaction flag is wrong after SQLite has rolled back by itself (a full disk, an I/O error); so the flag is set from
 * SQLite's own state.
 */
export class SqliteTransaction implements Transaction {
  private readonly runner: QueryRunner;
  private unit: UnitScope | undefined;
  /** The position of the open transaction, which is taken with the commit. */
  private recorded: number | undefined;
  private readonly handle: SqliteHandle;
  private readonly statements: Record<
    'begin' | 'savepoint' | 'release' | 'undo' | 'commit' | 'rollback',
    Statement
  >;

  constructor(
    private readonly writer: DataSource,
    private readonly checkpoints: Checkpoints,
    private readonly watch: SchemaWatch,
    private readonly feed: SqliteFeed,
  ) {
    this.runner = writer.createQueryRunner();
    this.handle = sqliteHandle(writer);
    this.handle.pragma('busy_timeout = 0');
    this.statements = {
      begin: this.handle.prepare('BEGIN IMMEDIATE'),
      savepoint: this.handle.prepare('SAVEPOINT unit'),
      release: this.handle.prepare('RELEASE unit'),
      undo: this.handle.prepare('ROLLBACK TO unit'),
      commit: this.handle.prepare('COMMIT'),
      rollback: this.handle.prepare('ROLLBACK'),
    };
  }

  get isOpen(): boolean {
    return this.handle.inTransaction;
  }

  /** What a commit waits for, as SQLite's setting has it. */
  get synchronous(): number {
    return this.checkpoints.sync.synchronous;
  }

  /** Waits for a lock by timers, because SQLite's busy handler would block the event loop. */
  async begin({ isAsynchronous }: BeginOptions): Promise<void> {
    this.checkpoints.sync.setAsynchronous(isAsynchronous);
    for (const deadline = Date.now() + LOCK_TIMEOUT_MS; !this.tryBegin(deadline);) await sleep(LOCK_RETRY_MS);
    this.syncRunnerState();
    // With the write lock held no other program writes: the result of this check holds while the units run.
    this.watch.check();
    if (this.watch.refusal !== undefined) throw databaseUnavailable(this.watch.refusal);
  }

  /**
   * A single statement is atomic and needs no savepoint, which saves a fifth of a small write. A foreign trigger may call
   * RAISE(FAIL), after which SQLite keeps the partial changes: with such triggers the statement gets a savepoint.
   */
  execute(query: Query): QueryResult {
    if (!this.watch.hasTriggers) return runQuery(this.writer, query);
    this.statements.savepoint.run();
    try {
      return runQuery(this.writer, query);
    } catch (error) {
      if (this.isOpen) this.statements.undo.run();
      throw error;
    } finally {
      if (this.isOpen) this.statements.release.run();
    }
  }

  savepoint(): EntityManager {
    this.statements.savepoint.run();
    this.unit = new UnitScope(this.runner);
    return this.unit.manager;
  }

  async release(): Promise<void> {
    await this.unit?.end();
    this.statements.release.run();
  }

  async undo(): Promise<void> {
    await this.unit?.end();
    if (!this.isOpen) return;
    this.statements.undo.run();
    this.statements.release.run();
    this.syncRunnerState();
  }

  record(changes: readonly FeedChange[]): number {
    return (this.recorded = this.feed.record(changes));
  }

  commit(): void {
    this.statements.commit.run();
    this.checkpoints.sync.committed();
    if (this.recorded !== undefined) this.feed.committed(this.recorded);
    this.recorded = undefined;
    this.syncRunnerState();
  }

  checkpointIfDue(): Promise<void> {
    return this.checkpoints.checkpointIfDue();
  }

  abandon(error: unknown): void {
    this.recorded = undefined;
    this.checkpoints.sync.failed(error);
    try {
      if (this.isOpen) this.statements.rollback.run();
    } catch {
      // SQLite ends the transaction even when ROLLBACK reports an error; otherwise the next BEGIN fails.
    }
    if (!this.isOpen) this.checkpoints.sync.setAsynchronous(false);
    this.syncRunnerState();
  }

  private tryBegin(deadline: number): boolean {
    try {
      this.statements.begin.run();
      this.checkpoints.sync.writeAgainInDoubt();
      return true;
    } catch (error) {
      if (!isLocked(error) || Date.now() >= deadline) throw error;
      return false;
    }
  }

  /** Inside a transaction, TypeORM then uses savepoints for its own (`save`, `manager.transaction`). */
  private syncRunnerState(): void {
    const isOpen = this.isOpen;
    Object.assign(this.runner, { isTransactionActive: isOpen, transactionDepth: isOpen ? 1 : 0 });
  }
}

/** Updates the statistics of the query planner once a day. */
export function optimizeDaily(
  write: (unit: (manager: EntityManager) => Promise<unknown>) => Promise<unknown>,
): NodeJS.Timeout {
  const optimize = (manager: EntityManager): Promise<unknown> => manager.query('PRAGMA optimize');
  return setInterval(() => void write(optimize).catch(() => undefined), DAY_MS).unref();
}

/** A unit of work that writes without changing anything. */
export async function rewriteFirstPage(manager: EntityManager): Promise<void> {
  const [row] = await manager.query<{ user_version: number }[]>('PRAGMA user_version');
  await manager.query(`PRAGMA user_version = ${row?.user_version ?? 0}`);
}

/**
 * Begins a write-ahead log that can be identified later (see `walMismatch`). The first write puts the first page into the
 * log; truncating the log then starts its second round. SQLite draws a random salt for the first round of a connection
 * and increments it in each further round, also after another program has reset the log.
 */
export function beginLog(writer: DataSource): void {
  const handle = sqliteHandle(writer);
  const touchFirstPage = `user_version = ${Number(handle.pragma('user_version', { simple: true }))}`;
  // A start must not wait for readers of an older snapshot.
  handle.pragma('busy_timeout = 0');
  try {
    for (const step of [touchFirstPage, 'wal_checkpoint(TRUNCATE)', touchFirstPage]) handle.pragma(step);
  } catch {
    // Without space or a lock, the log cannot be identified as reliably later.
  }
}

/** Updates planner statistics if there are none. Best effort: the database serves without them. */
export function optimizeAtStart(writer: DataSource): void {
  try {
    sqliteHandle(writer).pragma('optimize = 0x10002');
  } catch {
    // The daily run tries again.
  }
}
