import type { Database as SqliteHandle } from 'better-sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations as postgresMigrations } from './migrations/postgres/index.js';
import { migrations } from './migrations/sqlite/index.js';
import { ApiKeyEntity } from './src/auth/api-keys/api-key.entity.js';
import { LoginAttemptEntity } from './src/auth/password/login-attempt.entity.js';
import { SecretEntity } from './src/auth/secrets/secret.entity.js';
import { RevokedTokenEntity } from './src/auth/tokens/revoked-token.entity.js';
import { databaseFile } from './src/config/environment.js';
import { MessageEntity } from './src/conversations/message.entity.js';
import { SessionEntity } from './src/conversations/session.entity.js';
import { UsageEntity } from './src/conversations/usage/usage.entity.js';
import { snapshotBlockEntity } from './src/database/blocks/block.entity.js';
import { FeedChangeEntity } from './src/database/feed/feed-change.entity.js';
import { FeedHeadEntity } from './src/database/feed/feed-head.entity.js';
import { FeedTopicEntity } from './src/database/feed/feed-topic.entity.js';
import { LeaseEntity } from './src/database/lease.entity.js';
import {
  SearchMarkEntity,
  SearchTermEntity,
  StaleRowEntity,
} from './src/database/search/search-tables.entity.js';
import type { PostgresOptions as ServerOptions } from './src/database/database.options.js';
import { clientOptions } from './src/database/postgres/connection/client-options.js';
import { SILENT, type QueryWatch } from './src/database/queries/slow-queries.js';
import { takeForTypeorm } from './src/database/sqlite/file/open.js';
import { LOCK_TIMEOUT_MS } from './src/database/sqlite/connection/read-only.js';
import { MIGRATIONS_TABLE } from './src/database/migrations.table.js';
import { prepareReader, prepareWriter } from './src/database/sqlite/connection/settings.js';
import { EventEntity } from './src/events/event.entity.js';
import {
  SnapshotChangesEntity,
  WaitingSnapshotEntity,
} from './src/history/changes/snapshot-changes.entity.js';
import { EventCountEntity } from './src/events/statistics/event-count.entity.js';
import { PreferenceChangeEntity } from './src/preferences/history/preference-change.entity.js';
import { PreferenceEntity } from './src/preferences/preference.entity.js';
import { ForgottenRangeEntity } from './src/database/forgotten/forgotten-range.entity.js';
import { RetentionSettingEntity, StorageSampleEntity } from './src/retention/retention-tables.entity.js';
import { SnapshotEntity } from './src/snapshots/snapshot.entity.js';

type SqliteOptions = Extract<DataSourceOptions, { type: 'better-sqlite3' }>;
type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** Size of the cache of prepared statements; each shape of a list is a statement of its own. */
const PREPARED_STATEMENTS = 500;

const MEMORY = [EventEntity, MessageEntity, SnapshotEntity, PreferenceEntity, PreferenceChangeEntity];
const DERIVED = [EventCountEntity, SessionEntity, UsageEntity];
const ACCESS = [ApiKeyEntity, RevokedTokenEntity, SecretEntity, LoginAttemptEntity];
const COORDINATION = [LeaseEntity];
const FEED = [FeedHeadEntity, FeedTopicEntity, FeedChangeEntity];
const SEARCH = [SearchMarkEntity, StaleRowEntity, SearchTermEntity];
const RETENTION = [RetentionSettingEntity, ForgottenRangeEntity, StorageSampleEntity];
const HISTORY = [SnapshotChangesEntity, WaitingSnapshotEntity];
const ENTITIES = [
  ...MEMORY,
  ...DERIVED,
  ...ACCESS,
  ...COORDINATION,
  ...FEED,
  ...SEARCH,
  ...HISTORY,
  ...RETENTION,
];

function options(file: string, watch: QueryWatch): SqliteOptions {
  return {
    ...watch,
    type: 'better-sqlite3',
    database: file,
    entities: [...ENTITIES, snapshotBlockEntity('blob')],
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    logging: false,
    timeout: LOCK_TIMEOUT_MS,
    statementCacheSize: PREPARED_STATEMENTS,
  };
}

/** The options of the read-write connection, in WAL mode. */
export function writerOptions(file: string, watch: QueryWatch = {}): SqliteOptions {
  return { ...options(file, watch), prepareDatabase: prepareWriter, enableWAL: true };
}

/**
 * The options of the migrating connection: it keeps the journal mode of the file, so that a failure leaves the file
 * unchanged, and silences TypeORM, because the migrator logs the outcome.
 */
export function migrationOptions(file: string): SqliteOptions {
  return { ...writerOptions(file), enableWAL: false, logger: SILENT };
}

/** The options of the read-only connection. */
export function readerOptions(file: string, watch: QueryWatch = {}): SqliteOptions {
  return { ...options(file, watch), readonly: true, fileMustExist: true, prepareDatabase: prepareReader };
}

/** The options of a pool of connections to PostgreSQL. */
export function postgresOptions(server: ServerOptions, watch: QueryWatch = {}): PostgresOptions {
  return {
    ...watch,
    type: 'postgres',
    entities: [...ENTITIES, snapshotBlockEntity('bytea')],
    migrations: postgresMigrations,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    logging: false,
    installExtensions: false,
    extra: clientOptions(server),
  };
}

/** For the TypeORM command line: `npx typeorm -d dist/ormconfig.js migration:show`. It takes the lock of the file too. */
export default new DataSource({
  ...writerOptions(databaseFile()),
  prepareDatabase: async (handle: SqliteHandle) => {
    await takeForTypeorm(handle.name);
    prepareWriter(handle);
  },
});
