import type { OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { SMALL_PAGE_BYTES } from '../paging/index.js';
import { Mutex } from '../time/mutex.js';
import { BackgroundJobs } from './background/background-jobs.js';
import { BlockTexts } from './blocks/block-texts.js';
import { Changes } from './changes.js';
import { databaseUnavailable } from './database-problems.js';
import type { DatabaseOptions, DatabaseTarget, WriteOptions } from './database.options.js';
import type { Capabilities, DatabaseStatus, Engine, ReadSnapshot, RowTransfer } from './engine.js';
import { renewedIdentity } from './feed/identity.js';
import { NO_CHANGE, unknownSubject, type About } from './feed/feed-change.js';
import { FailureTracker, track } from './failure-tracker.js';
import { measuresOf, type DatabaseMeasures } from './measures.js';
import { openEngine, openEngineAlongside } from './open-engine.js';
import { watchOtherWriters } from './other-writers.js';
import type { Query, QueryResult } from './query.js';
import type { RowReader } from './queries/dialect.js';
import { writeBackup, type BackupCopy, type BackupOptions } from './sqlite/backup/backup.js';
import type { AccessMode } from './sqlite/file/open.js';
import type { ThreadProgram } from './thread-program.js';
import type { Work, Write } from './unit.js';
import { WriteQueue } from './write-queue.js';

/**
 * The one database of the memory. Everything is written through one queue, and reads see committed rows only. It opens
 * even where the database cannot be used; then every read and write is refused with a reason.
 */
export class Database implements OnApplicationShutdown {
  readonly changes: Changes;
  /** Measurements; none where the database cannot be used. */
  readonly measures: DatabaseMeasures | undefined;
  /** Runs work beside the requests; missing where the database does not serve. */
  background: BackgroundJobs | undefined;
  readonly failures = { reading: new FailureTracker(), writing: new FailureTracker() };
  /** The texts that are packed in blocks. */
  readonly packedTexts = new BlockTexts(this);
  private readonly queue: WriteQueue | undefined;
  private readonly largeReads = new Mutex();
  private closed = false;

  private constructor(readonly engine: Engine) {
    const { serving, capabilities } = engine;
    this.changes = new Changes(serving?.foreignWrites, serving?.feed);
    this.changes.onLoss = () => this.renewFeed();
    if (!serving) return;
    this.queue = new WriteQueue(serving.transaction, this.changes, capabilities);
    this.measures = measuresOf(this.queue, serving, engine);
    serving.begin(<T>(unit: Work<T>) => this.write<T>(unit, NO_CHANGE), this.changes);
  }

  /**
   * Opens the database, migrated to this version. A failure is logged and becomes the reason for being down.
   * @throws DatabaseInUse where another process, or this one, serves the file; nothing else.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const database = new Database(await openEngine(options));
    database.beginServing(options.purpose);
    return database;
  }

  /**
   * Works on a database that other processes may be serving, and that is not migrated.
   * @throws Error where it cannot be used as it is; or what the work throws.
   */
  static openAlongside<T>(
    target: DatabaseTarget,
    mode: AccessMode,
    work: (database: Database) => Promise<T>,
  ): Promise<T> {
    return openEngineAlongside(target, mode, async (engine) => {
      const database = new Database(engine);
      try {
        return await work(database);
      } finally {
        await database.onApplicationShutdown();
      }
    });
  }

  get capabilities(): Capabilities {
    return this.engine.capabilities;
  }

  /** TypeORM's repositories of all tables read through it. */
  get reader(): DataSource {
    return this.engine.reader;
  }

  /** Whether the service may create files beside it. */
  get isOurs(): boolean {
    return this.engine.isOurs;
  }

  get transfer(): RowTransfer {
    return this.engine.transfer;
  }

  /**
   * Reads committed rows.
   * @param bytes size of the rows, where it is known and may be large. The work turns them into answers.
   * @throws ProblemError `database_unavailable` or `database_busy` where the database fails.
   */
  async read<T>(work: (rows: RowReader) => Promise<T>, bytes = 0): Promise<T> {
    if (bytes > SMALL_PAGE_BYTES) return this.largeReads.runExclusive(() => this.read(work));
    this.openQueue();
    return track(work(this.engine.rows), this.failures.reading, this.translateReadError);
  }

  /**
   * Runs a program on one snapshot of the committed rows, in a thread of its own.
   * @throws ProblemError `read_queue_full`, `database_unavailable` or `database_busy`; or what the program throws.
   */
  async inThread<Input, Output>(
    program: ThreadProgram<Input, Output>,
    input: Input,
    signal?: AbortSignal,
  ): Promise<Output> {
    this.openQueue();
    const output = this.engine.threads.run(program, input, signal);
    return track(output, this.failures.reading, this.translateReadError);
  }

  /**
   * A snapshot of all rows as they are now. The caller closes it, and soon: it holds back the work of the engine.
   * @throws ProblemError `database_unavailable` or `database_busy`.
   */
  async openReadSnapshot(): Promise<ReadSnapshot> {
    this.openQueue();
    try {
      return await this.engine.openReadSnapshot();
    } catch (error) {
      throw this.translateReadError(error);
    }
  }

  /**
   * Runs a unit of work: all of it or nothing. One of several statements has to await nothing but the database.
   * @param about what the work writes, or its topic: invalidates answers about it. Default: all answers.
   * @returns what the work returns, once it is committed and synced to disk, unless it commits asynchronously.
   * @throws ProblemError `database_unavailable`, `database_busy`, `storage_full`, `write_queue_full`;
   *   or what the work itself throws.
   */
  async write(query: Query, about?: About<QueryResult>, options?: WriteOptions): Promise<QueryResult>;
  async write<T>(work: Work<T>, about?: About<T>, options?: WriteOptions): Promise<T>;
  async write(
    work: Query | Work<unknown>,
    about?: About,
    { allowOnFullDisk = false, ...options }: WriteOptions = {},
  ): Promise<unknown> {
    const queue = this.openQueue();
    const subject = typeof about === 'string' ? unknownSubject(about) : about;
    const unit = { ...options, subject, precondition: this.engine.admit(allowOnFullDisk) };
    return track(queue.run(work as Work<unknown>, unit), this.failures.writing, this.translateWriteError);
  }

  /** Copies all that is committed into a file, while it is read and written. @throws ProblemError; see `writeBackup`. */
  async backUp(target: string, options: BackupOptions): Promise<BackupCopy> {
    this.openQueue();
    const { source, maintenance } = this.engine.backedUp;
    return writeBackup(source, target, options, maintenance);
  }

  /** @throws ProblemError `database_unavailable`. */
  assertOpen(): void {
    this.openQueue();
  }

  /** Probes by a write without effect whether writing succeeds again. Never throws; see `failures`. */
  async tryWriting(): Promise<void> {
    const { serving } = this.engine;
    if (serving) await this.write(serving.probe, NO_CHANGE, { takesPosition: true }).catch(() => undefined);
  }

  /** Gives the change feed another identity: what was told before holds no longer. @throws the problems of `write`. */
  async renewFeed(): Promise<void> {
    await this.write(renewedIdentity(), unknownSubject(), { takesPosition: true });
    const { serving } = this.engine;
    if (serving) this.changes.observe(await serving.feed.read());
  }

  async status(): Promise<DatabaseStatus> {
    const reason = this.engine.refusal();
    return reason === undefined ? this.engine.status() : { status: 'down', reason };
  }

  /** Drains the write queue, then closes. */
  async onApplicationShutdown(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.background?.stop();
    await this.packedTexts.stop();
    await this.engine.stop();
    await this.queue?.drained();
    await this.engine.close();
  }

  private beginServing(purpose: DatabaseOptions['purpose']): void {
    if (!this.queue) return;
    if (this.engine.serving?.feed.isShared === false) watchOtherWriters(this.changes, this.queue);
    if (purpose === 'importing into') return;
    const options = { takesPosition: true, commitsAsynchronously: true };
    const write: Write = <T>(work: Work<T>) => this.write<T>(work, NO_CHANGE, options);
    this.background = new BackgroundJobs(this.engine, write, this.changes);
  }

  private openQueue(): WriteQueue {
    if (this.closed) throw databaseUnavailable('The service is shutting down.');
    const refusal = this.engine.refusal();
    if (refusal !== undefined || !this.queue)
      throw databaseUnavailable(refusal ?? 'The database is not open.');
    return this.queue;
  }

  private readonly translateReadError = (error: unknown): unknown => this.engine.translateReadError(error);
  private readonly translateWriteError = (error: unknown): unknown => this.engine.translateWriteError(error);
}
