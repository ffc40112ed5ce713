import { Logger, type LoggerService } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { postgresOptions } from '../../../ormconfig.js';
import type { HealthIndicator, Measure } from '../../observability/health-indicators.js';
import { describeError } from '../../problems/described-error.js';
import { NO_LOG, type DatabaseOptions, type PostgresOptions } from '../database.options.js';
import type {
  Capabilities,
  DatabaseStatus,
  Engine,
  ReadSnapshot,
  Serving,
  StorageMeasures,
} from '../engine.js';
import { pruneRegularly } from '../feed/prune-feed.js';
import { watchQueries, type QueryWatch } from '../queries/slow-queries.js';
import { describeDatabaseUrl } from '../../config/database-url.js';
import { appliedMigrations, connectAlongside, newestMigration, requireMigrated } from './alongside.js';
import { servedSource } from './copy/source-program.js';
import { acceptedOptions } from './connection/accepted-options.js';
import { clientOptions } from './connection/client-options.js';
import { isConnectionLost, sqlStateOf, translatePostgresError } from './connection/errors.js';
import { inTime } from './connection/in-time.js';
import { isAbsent, reached, untilReached } from './connection/server-wait.js';
import { PostgresFeed } from './feed.js';
import { FeedWatch } from './feed-watch.js';
import { findForeignTriggers } from './foreign-triggers.js';
import { migrate, NEWER_VERSION_REASON } from './migrator.js';
import { refusalReason } from './refusal.js';
import { PostgresReadSnapshot } from './queries/read-snapshot.js';
import { PostgresRowReader, poolOf } from './queries/row-reader.js';
import { POSTGRES_TRANSFER } from './queries/row-transfer.js';
import { PostgresRowCounts, ServerStatus } from './status.js';
import { ProgramRunner } from './threads/program-runner.js';
import { PostgresTransaction } from './transaction.js';

const CAPABILITIES: Capabilities = {
  engine: 'postgres',
  severalInstances: true,
  // PostgreSQL keeps 64 subtransactions a session in memory; replicas stall beyond that.
  maxGroupUnits: 50,
};

/** A server: a pool that reads, one connection at a time that writes, one that listens, and one for each snapshot. */
export class PostgresEngine implements Engine {
  readonly capabilities = CAPABILITIES;
  readonly transfer = POSTGRES_TRANSFER;
  readonly backedUp: Engine['backedUp'];
  readonly rows: PostgresRowReader;
  readonly threads: ProgramRunner;
  readonly serving: Serving | undefined;
  readonly indicators: readonly HealthIndicator[];
  readonly measures: readonly Measure[] = [];
  private readonly serverStatus: ServerStatus;
  private readonly stopping: (() => Promise<void> | void)[] = [];

  private constructor(
    readonly reader: DataSource,
    private readonly writer: DataSource,
    private readonly server: PostgresOptions,
    listens: boolean,
    /** The feed of a usable database, or the reason why it cannot be used. */
    private readonly state: PostgresFeed | string,
    hasTriggers = false,
    readonly serverReturned?: Promise<void>,
  ) {
    this.backedUp = { source: servedSource(server) };
    this.rows = new PostgresRowReader(reader);
    this.threads = new ProgramRunner(reader, this.rows);
    this.serverStatus = new ServerStatus(reader);
    this.indicators = typeof state === 'string' ? [] : [this.durability()];
    if (typeof state === 'string') return;
    this.serving = {
      transaction: new PostgresTransaction(writer, state),
      foreignWrites: { version: () => 0, hasTriggers },
      feed: state,
      counts: new PostgresRowCounts(reader),
      reads: this.rows,
      probe: (manager) => manager.query('UPDATE feed_head SET position = position WHERE id = 1'),
      begin: (write, changes) => {
        const watch = new FeedWatch(state, changes, listens ? clientOptions(server) : undefined);
        const timer = pruneRegularly(this.rows, write);
        this.stopping.push(
          () => watch.stop(),
          () => {
            clearInterval(timer);
          },
        );
      },
    };
  }

  /** Migrates and opens the database. A failure is logged and becomes the reason for being down. Never throws. */
  static async open(
    options: DatabaseOptions & { readonly postgres: PostgresOptions },
  ): Promise<PostgresEngine> {
    const { postgres, logger = new Logger('Database'), slowQueryMs = 0 } = options;
    const log: LoggerService = logger === false ? NO_LOG : logger;
    const watch = watchQueries(slowQueryMs, log);
    let [writer, reader] = dataSources(postgres, watch);
    try {
      const server = await reached(() => acceptedOptions(postgres, log), log);
      [writer, reader] = dataSources(server, watch);
      const { hasNotify, feed, triggers } = await reached(async () => {
        await migrate(server, log);
        for (const source of [writer, reader]) if (!source.isInitialized) await source.initialize();
        const hasNotify = await notifies(reader);
        const feed = await PostgresFeed.open(reader, hasNotify, newestMigration());
        return { hasNotify, feed, triggers: await findForeignTriggers(reader) };
      }, log);
      if (triggers.length > 0) log.warn(`Not made by this service: trigger ${triggers.join(', trigger ')}.`);
      return new PostgresEngine(reader, writer, server, hasNotify, feed, triggers.length > 0);
    } catch (error) {
      const { message } = describeError(error);
      log.error(
        `The database (${describeDatabaseUrl(postgres.url)}) cannot be used; nothing in it was changed. ${message}`,
      );
      for (const source of [writer, reader]) if (source.isInitialized) await source.destroy();
      const answers = async (): Promise<void> => (await connectAlongside(postgres)).destroy();
      const returned = isAbsent(error) ? untilReached(answers) : undefined;
      return new PostgresEngine(reader, writer, postgres, false, refusalReason(error), false, returned);
    }
  }

  /**
   * Works on a database that instances may be serving, and that is not migrated.
   * @throws Error where it cannot be used as it is; or what the work throws.
   */
  static async openAlongside<T>(
    server: PostgresOptions,
    work: (engine: PostgresEngine) => Promise<T>,
  ): Promise<T> {
    const reader = await connectAlongside(server);
    try {
      await requireMigrated(reader);
      const feed = await PostgresFeed.open(reader, await notifies(reader), newestMigration());
      return await work(new PostgresEngine(reader, reader, server, false, feed));
    } finally {
      if (reader.isInitialized) await reader.destroy();
    }
  }

  static async exists(server: PostgresOptions): Promise<boolean> {
    const source = await connectAlongside(server);
    return appliedMigrations(source)
      .then(({ length }) => length > 0)
      .finally(() => source.destroy());
  }

  get isOurs(): boolean {
    return typeof this.state !== 'string';
  }

  refusal(): string | undefined {
    if (typeof this.state === 'string') return this.state;
    return this.state.isOutdated ? NEWER_VERSION_REASON : undefined;
  }

  storage(): Promise<StorageMeasures | undefined> {
    return this.serverStatus.storage();
  }

  status(): Promise<DatabaseStatus> {
    return this.serverStatus.read();
  }

  openReadSnapshot(): Promise<ReadSnapshot> {
    return PostgresReadSnapshot.open(this.server);
  }

  admit(): undefined {
    return undefined;
  }

  translateReadError(error: unknown): unknown {
    return translatePostgresError(error);
  }

  translateWriteError(error: unknown): unknown {
    return translatePostgresError(error);
  }

  async stop(): Promise<void> {
    for (const stop of this.stopping) await stop();
  }

  async close(): Promise<void> {
    await this.threads.stop();
    const open = [...new Set([this.writer, this.reader])].filter((source) => source.isInitialized);
    await inTime(Promise.all(open.map((source) => source.destroy())));
  }

  private durability(): HealthIndicator {
    return { name: 'durability', condition: () => this.serverStatus.durability() };
  }
}

/** One that writes, and one with all other connections, that reads. */
function dataSources(server: PostgresOptions, watch: QueryWatch): [writer: DataSource, reader: DataSource] {
  const ofSize = (poolSize: number): DataSource =>
    new DataSource(postgresOptions({ ...server, poolSize }, watch));
  return [ofSize(1), ofSize(Math.max(1, server.poolSize - 1))];
}

/** Whether the server takes notifications: other engines that speak the protocol may not, and say so. */
async function notifies(reader: DataSource): Promise<boolean> {
  return poolOf(reader)
    .query("SELECT pg_notify('jarvis_memory', '')")
    .then(
      () => true,
      (error: unknown) => {
        if (isConnectionLost(error) || sqlStateOf(error) === undefined) throw error;
        return false;
      },
    );
}
