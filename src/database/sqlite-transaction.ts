import type { Database as SqliteHandle, Statement } from 'better-sqlite3';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Transaction } from './transaction.js';

/**
 * Transactions on the writing connection, by statements that are prepared once. TypeORM has one query runner
 * for this connection and keeps its own idea of whether it is in a transaction; that idea is set here from the
 * truth, because it is wrong after SQLite has rolled back by itself (a full disk, an I/O error).
 */
export class SqliteTransaction implements Transaction {
  readonly manager: EntityManager;
  private readonly runner: QueryRunner;
  private readonly handle: SqliteHandle;
  private readonly statements: Record<
    'begin' | 'savepoint' | 'release' | 'undo' | 'commit' | 'rollback',
    Statement
  >;

  constructor(writer: DataSource) {
    this.runner = writer.createQueryRunner();
    this.manager = this.runner.manager;
    this.handle = sqliteHandle(writer);
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

  begin(): void {
    this.statements.begin.run();
    this.tellRunner();
  }

  savepoint(): void {
    this.statements.savepoint.run();
  }

  release(): void {
    this.statements.release.run();
  }

  undo(): void {
    this.statements.undo.run();
    this.statements.release.run();
    this.tellRunner();
  }

  commit(): void {
    this.statements.commit.run();
    this.tellRunner();
  }

  abandon(): void {
    try {
      if (this.isOpen) this.statements.rollback.run();
    } catch {
      // SQLite leaves the transaction even when ROLLBACK reports an error; if not, the next BEGIN says so.
    }
    this.tellRunner();
  }

  /** Inside, TypeORM then uses savepoints where it would begin a transaction (`save`, `manager.transaction`). */
  private tellRunner(): void {
    const isOpen = this.isOpen;
    Object.assign(this.runner, { isTransactionActive: isOpen, transactionDepth: isOpen ? 1 : 0 });
  }
}

/** The better-sqlite3 connection below an initialised TypeORM data source. */
export function sqliteHandle(dataSource: DataSource): SqliteHandle {
  return (dataSource.driver as unknown as { databaseConnection: SqliteHandle }).databaseConnection;
}

const foreignVersions = new WeakMap<DataSource, Statement>();

/**
 * A number that changes when another program commits to the file (`PRAGMA data_version`); commits of the connection
 * itself do not change it. 0 while the data source is not open.
 */
export function foreignVersionOf(writer: DataSource): number {
  if (!writer.isInitialized) return 0;
  const known = foreignVersions.get(writer) ?? sqliteHandle(writer).prepare('PRAGMA data_version').pluck();
  foreignVersions.set(writer, known);
  return Number(known.get());
}
