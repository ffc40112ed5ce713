import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { realFile } from '../files/files.js';
import { SMALL_PAGE_BYTES } from '../paging/index.js';
import { Mutex } from '../time/mutex.js';
import { Changes, unknownSubject, type About, type Subject } from './changes.js';
import { NO_LOG, type DatabaseOptions, type WriteOptions } from './database.options.js';
import { DiskGuard } from './sqlite/disk/disk-guard.js';
import { FailureTracker, track } from './failure-tracker.js';
import { requireMigrated } from './sqlite/file/migrator.js';
import type { Query, QueryResult, Taken } from './query.js';
import { watchQueries } from './sqlite/connection/slow-queries.js';
import { writeBackup, type BackupCopy, type BackupOptions } from './sqlite/backup/backup.js';
import { Checkpoints } from './sqlite/connection/checkpoints.js';
import * as connecting from './sqlite/connection/connections.js';
import { databaseUnavailable, translateDatabaseError } from './sqlite/connection/errors.js';
import { DatabaseFile, logRefusal } from './sqlite/file/database-file.js';
import { SqliteMeasures } from './sqlite/status/measures.js';
import { openAlongside, type AccessMode } from './sqlite/file/open.js';
import type { SchemaWatch } from './sqlite/file/schema-watch.js';
import { readStatus, type DatabaseStatus } from './sqlite/status/status.js';
import { ReadSnapshot } from './sqlite/queries/read-snapshot.js';
import { sqliteHandle } from './sqlite/connection/handle.js';
import * as sqlite from './sqlite/connection/transaction.js';
import type { ReaderPool } from './sqlite/workers/reader-pool.js';
import { WriteQueue, type Work } from './write-queue.js';

/** The subject of writes that change no answer. */
const NO_CHANGE: Subject = { topic: 'nothing', kind: 'update', ids: () => [] };

/**
 * The one database of the memory: a connection that writes, through one queue, and one that only reads.
 * It opens even where the file cannot be used; then every read and write is refused with a reason.
 */
export class Database implements OnApplicationShutdown {
  private readonly checkpoints: Checkpoints | undefined;
  private readonly queue: WriteQueue | undefined;
  readonly changes: Changes;
  private readonly optimizeTimer: NodeJS.Timeout | undefined;
  /** Measurements of the queue and the file; none where the file cannot be used. */
  readonly measures: SqliteMeasures | undefined;
  readonly failures = { reading: new FailureTracker(), writing: new FailureTracker() };
  private readonly largeReads = new Mutex();
  private closed = false;

  private constructor(
    readonly file: DatabaseFile,
    private readonly connections: connecting.Connections,
    readonly disk: DiskGuard,
    /** The schema watch of a usable file, or the reason why the file cannot be used. */
    private readonly state: SchemaWatch | string,
  ) {
    this.changes = new Changes(typeof state === 'string' ? undefined : state);
    if (typeof state === 'string') return;
    const { writer } = connections;
    this.checkpoints = new Checkpoints(sqliteHandle(writer), file.path);
    this.queue = new WriteQueue(new sqlite.SqliteTransaction(writer, this.checkpoints, state), this.changes);
    this.measures = new SqliteMeasures(file, connections, this.queue);
    this.optimizeTimer = sqlite.optimizeDaily((unit) => this.write(unit, NO_CHANGE));
    disk.watch(writer);
  }

  /**
   * Recovers, migrates and opens the file. A failure is logged and becomes the reason for being down.
   * @throws DatabaseInUse where another process, or this one, serves the file; nothing else.
   */
  static async open(options: DatabaseOptions): Promise<Database> {
    const { file: name, logger = new Logger('Database'), slowQueryMs = 0, purpose = 'serving' } = options;
    const log = logger === false ? NO_LOG : logger;
    const file = realFile(name);
    const disk = new DiskGuard(file, options.disk, log);
    const connections = connecting.forServing(file, watchQueries(slowQueryMs, log), options.readerThreads);
    let served: DatabaseFile | undefined;
    try {
      served = await DatabaseFile.take(file, log, disk);
      const watch = await connecting.open(connections, log);
      served.begin(connections.writer, log, purpose);
      return new Database(served, connections, disk, watch);
    } catch (error) {
      await connecting.close(connections);
      served?.release();
      const reason = logRefusal(error, name, log);
      return new Database(new DatabaseFile(file), connections, disk, reason);
    }
  }

  /**
   * Works on a file that another process may be serving, and that is not migrated; see `openAlongside`.
   * @throws Error where the file cannot be used as it is; or what the work throws.
   */
  static openAlongside<T>(
    name: string,
    mode: AccessMode,
    work: (database: Database) => Promise<T>,
  ): Promise<T> {
    return openAlongside(name, mode, async (file) => {
      requireMigrated(file);
      const connections = connecting.forAccessAlongside(file, mode);
      const watch = await connecting.open(connections, NO_LOG);
      const disk = new DiskGuard(file, undefined, NO_LOG);
      const database = new Database(new DatabaseFile(file), connections, disk, watch);
      try {
        return await work(database);
      } finally {
        await database.onApplicationShutdown();
      }
    });
  }

  /**
   * Reads committed rows.
   * @param bytes size of the rows, where it is known and may be large. The work turns them into answers.
   * @throws ProblemError `database_unavailable` or `database_busy` where the database fails.
   */
  async read<T>(work: () => Promise<T>, bytes = 0): Promise<T> {
    if (bytes > SMALL_PAGE_BYTES) return this.largeReads.runExclusive(() => this.read(work));
    this.openQueue();
    return track(work(), this.failures.reading, this.file);
  }

  /** Reads what may take long in a thread, within bounds; as `read`, and see `ReaderPool.read`. */
  readInThread<Row>(...order: Parameters<ReaderPool['read']>): Promise<Taken<Row>[]> {
    return this.read(() => this.connections.readers.read<Row>(...order));
  }

  /**
   * A snapshot of all rows as they are now. The caller closes it, and soon: it holds back the checkpoint.
   * @throws ProblemError `database_unavailable` or `database_busy`.
   */
  openReadSnapshot(): ReadSnapshot {
    this.openQueue();
    try {
      return ReadSnapshot.open(this.file.path);
    } catch (error) {
      throw translateDatabaseError(error);
    }
  }

  /**
   * Runs a unit of work: all of it or nothing. One of several statements has to await nothing but the database.
   * @param about what the work writes, or its topic: invalidates answers about it. Default: all answers.
   * @returns what the work returns, once it is committed and synced to disk.
   * @throws ProblemError `database_unavailable`, `database_busy`, `storage_full`, `write_queue_full`;
   *   or what the work itself throws.
   */
  async write(query: Query, about?: About<QueryResult>, options?: WriteOptions): Promise<QueryResult>;
  async write<T>(work: Work<T>, about?: About<T>, options?: WriteOptions): Promise<T>;
  async write(
    work: Query | Work<unknown>,
    about?: About,
    { bytes, allowOnFullDisk }: WriteOptions = {},
  ): Promise<unknown> {
    const queue = this.openQueue();
    this.disk.recheck();
    const subject = typeof about === 'string' ? unknownSubject(about) : about;
    const precondition = allowOnFullDisk ? undefined : this.disk.requireRoom;
    const written = queue.run(work as Work<unknown>, { subject, bytes, precondition });
    return track(written, this.failures.writing, this.file, this.disk.translateFailure);
  }

  /** Copies all that is committed into another file, without blocking reads and writes; see `writeBackup`. */
  async backUp(target: string, options: BackupOptions): Promise<BackupCopy> {
    this.openQueue();
    return writeBackup(this.file.path, target, options, this.file.maintenance);
  }

  get reader(): DataSource {
    return this.connections.reader;
  }

  /** @throws ProblemError `database_unavailable`. */
  assertOpen(): void {
    this.openQueue();
  }

  /** Probes by a write without effect whether writing succeeds again. Never throws; see `failures`. */
  async tryWriting(): Promise<void> {
    await this.write(sqlite.rewriteFirstPage, NO_CHANGE).catch(() => undefined);
  }

  /** The current status, read from the serving connections. */
  async status(): Promise<DatabaseStatus> {
    const { refusal } = this;
    if (refusal !== undefined) return { status: 'down', reason: refusal };
    return readStatus(this.file.path, this.connections);
  }

  /** Drains the write queue, then closes; the last connection to close checkpoints the log. */
  async onApplicationShutdown(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.optimizeTimer);
    await this.disk.stop();
    await this.queue?.drained();
    await this.checkpoints?.stop();
    await this.file.stopMaintenance();
    await connecting.close(this.connections);
    this.checkpoints?.release();
    this.file.release();
  }

  private openQueue(): WriteQueue {
    if (this.closed) throw databaseUnavailable('The service is shutting down.');
    const { refusal, queue } = this;
    if (refusal !== undefined || !queue) throw databaseUnavailable(refusal ?? 'The database is not open.');
    return queue;
  }

  private get refusal(): string | undefined {
    return typeof this.state === 'string' ? this.state : this.state.checkedRefusal();
  }

  /** Whether the service may create files beside it: a refused file may belong to another program. */
  get isOurs(): boolean {
    return typeof this.state !== 'string';
  }
}
