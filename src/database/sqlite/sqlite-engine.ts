import { statSync } from 'node:fs';
import { Logger, type LoggerService } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { realFile } from '../../files/files.js';
import type { HealthIndicator, Measure } from '../../observability/health-indicators.js';
import { NO_LOG, type DatabaseOptions } from '../database.options.js';
import { pruneRegularly } from '../feed/prune-feed.js';
import type {
  Capabilities,
  DatabaseStatus,
  Engine,
  ReadSnapshot,
  Serving,
  StorageMeasures,
} from '../engine.js';
import type { ThreadRunner } from '../thread-program.js';
import { Checkpoints } from './connection/checkpoints.js';
import * as connecting from './connection/connections.js';
import { SqliteFeed } from './connection/feed.js';
import { isDamage, translateDatabaseError } from './connection/errors.js';
import { sqliteHandle } from './connection/handle.js';
import { watchQueries } from '../queries/slow-queries.js';
import { optimizeDaily, rewriteFirstPage, SqliteTransaction } from './connection/transaction.js';
import { DiskGuard } from './disk/disk-guard.js';
import { giveBackPages, reclaimSpace } from './disk/disk-reclaim.js';
import type { FeedHead } from './file/lock-file.js';
import { DatabaseFile, logRefusal } from './file/database-file.js';
import { requireMigrated } from './file/migrator.js';
import { openAlongside, type AccessMode } from './file/open.js';
import type { SchemaWatch } from './file/schema-watch.js';
import { SQLITE_TRANSFER } from './queries/insert-with-keys.js';
import { SqliteReadSnapshot } from './queries/read-snapshot.js';
import { SqliteRowReader } from './queries/row-reader.js';
import { rowCounterOf, StorageReader } from './status/measures.js';
import { readStatus } from './status/status.js';

const CAPABILITIES: Capabilities = {
  engine: 'sqlite',
  severalInstances: false,
  maxGroupUnits: 256,
};

/** One file: a connection that writes, one that only reads, and threads for reads that may take long. */
export class SqliteEngine implements Engine {
  readonly capabilities = CAPABILITIES;
  readonly transfer = SQLITE_TRANSFER;
  readonly rows: SqliteRowReader;
  readonly threads: ThreadRunner;
  readonly serving: Serving | undefined;
  readonly indicators: readonly HealthIndicator[];
  readonly measures: readonly Measure[];
  private readonly checkpoints: Checkpoints | undefined;
  private readonly storageReader: StorageReader | undefined;
  private readonly feed: SqliteFeed | undefined;
  private readonly transaction: SqliteTransaction | undefined;
  private readonly timers: NodeJS.Timeout[] = [];

  private constructor(
    private readonly file: DatabaseFile,
    private readonly connections: connecting.Connections,
    private readonly disk: DiskGuard,
    /** The schema watch of a usable file, or the reason why the file cannot be used. */
    private readonly state: SchemaWatch | string,
  ) {
    const { reader, readers, programs, writer } = connections;
    this.rows = new SqliteRowReader(reader, readers);
    this.threads = programs;
    this.indicators = [
      { name: 'integrity', condition: () => file.condition() },
      { name: 'disk', isVital: true, condition: () => disk.condition() },
    ];
    this.measures = [freeBytesOf(disk)];
    if (typeof state === 'string') return;
    const checkpoints = new Checkpoints(sqliteHandle(writer), file.path);
    this.checkpoints = checkpoints;
    this.storageReader = new StorageReader(file.path, reader);
    const feed = new SqliteFeed(sqliteHandle(writer), sqliteHandle(reader), file.noteFeed);
    this.feed = feed;
    this.transaction = new SqliteTransaction(writer, checkpoints, state, feed);
    this.serving = {
      transaction: this.transaction,
      foreignWrites: state,
      feed,
      counts: rowCounterOf(reader, file.maintenance),
      reads: readers,
      probe: rewriteFirstPage,
      giveBack: () => Promise.resolve(giveBackPages(sqliteHandle(writer))),
      begin: (write) => {
        this.timers.push(optimizeDaily(write), pruneRegularly(this.rows, write));
        disk.watch(() => {
          reclaimSpace(sqliteHandle(writer), checkpoints.sync);
        });
      },
    };
  }

  /**
   * Recovers, migrates and opens the file. A failure is logged and becomes the reason for being down.
   * @throws DatabaseInUse where another process, or this one, serves the file; nothing else.
   */
  static async open(options: DatabaseOptions): Promise<SqliteEngine> {
    const { file: name, logger = new Logger('Database'), slowQueryMs = 0, purpose = 'serving' } = options;
    const log: LoggerService = logger === false ? NO_LOG : logger;
    const file = realFile(name);
    const disk = new DiskGuard(file, options.disk, log);
    const connections = connecting.forServing(file, watchQueries(slowQueryMs, log), options.readerThreads);
    let served: DatabaseFile | undefined;
    try {
      served = await DatabaseFile.take(file, log, disk);
      const watch = await connecting.open(connections, log);
      const engine = new SqliteEngine(served, connections, disk, watch);
      served.begin(connections.writer, log, purpose, engine.continueFeed());
      return engine;
    } catch (error) {
      await connecting.close(connections);
      served?.release();
      return new SqliteEngine(new DatabaseFile(file), connections, disk, logRefusal(error, name, log));
    }
  }

  /**
   * Works on a file that another process may be serving, and that is not migrated; see `openAlongside`.
   * @throws Error where the file cannot be used as it is; or what the work throws.
   */
  static openAlongside<T>(
    name: string,
    mode: AccessMode,
    work: (engine: SqliteEngine) => Promise<T>,
  ): Promise<T> {
    return openAlongside(name, mode, async (file) => {
      requireMigrated(file);
      const connections = connecting.forAccessAlongside(file, mode);
      const watch = await connecting.open(connections, NO_LOG);
      const disk = new DiskGuard(file, undefined, NO_LOG);
      return work(new SqliteEngine(new DatabaseFile(file), connections, disk, watch));
    });
  }

  static exists(file: string): boolean {
    return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
  }

  get reader(): DataSource {
    return this.connections.reader;
  }

  get isOurs(): boolean {
    return typeof this.state !== 'string';
  }

  refusal(): string | undefined {
    return typeof this.state === 'string' ? this.state : this.state.checkedRefusal();
  }

  storage(): StorageMeasures | undefined {
    return this.storageReader?.read();
  }

  status(): Promise<DatabaseStatus> {
    return readStatus(this.file.path, this.connections, this.transaction);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what fails has to reject
  async openReadSnapshot(): Promise<ReadSnapshot> {
    return SqliteReadSnapshot.open(this.file.path);
  }

  get backedUp(): Engine['backedUp'] {
    return { source: this.file.path, maintenance: this.file.maintenance };
  }

  admit(isAllowedOnFullDisk: boolean): (() => void) | undefined {
    this.disk.recheck();
    return isAllowedOnFullDisk ? undefined : this.disk.requireRoom;
  }

  translateReadError(error: unknown): unknown {
    this.noteDamage(error);
    return translateDatabaseError(error);
  }

  translateWriteError(error: unknown): unknown {
    this.noteDamage(error);
    return this.disk.translateFailure(error);
  }

  async stop(): Promise<void> {
    this.timers.forEach(clearInterval);
    await this.disk.stop();
  }

  /** The last connection to close checkpoints the log. */
  async close(): Promise<void> {
    await this.checkpoints?.stop();
    await this.file.stopMaintenance();
    const head = this.feed?.head();
    await connecting.close(this.connections);
    this.checkpoints?.release();
    this.file.release(head);
  }

  /** Under another identity, where the versions that were given out may not be those of this file. */
  private continueFeed(): FeedHead | undefined {
    const head = this.feed?.head();
    if (!head || !this.file.isContinuation(head)) this.feed?.renew();
    return this.feed?.head();
  }

  private noteDamage(error: unknown): void {
    if (isDamage(error)) this.file.noteDamage(String(error));
  }
}

function freeBytesOf(disk: DiskGuard): Measure {
  return {
    name: 'disk_free_bytes',
    help: 'What is free on the disk that holds the database, for a program without special rights.',
    read: () => (Number.isFinite(disk.freeBytes) ? disk.freeBytes : undefined),
  };
}
