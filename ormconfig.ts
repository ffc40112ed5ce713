import type { Database as SqliteHandle } from 'better-sqlite3';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { migrations } from './migrations/index.js';
import { databaseFile } from './src/config/environment.js';
import { SILENT, type QueryWatch } from './src/database/sqlite/connection/slow-queries.js';
import { takeForTypeorm } from './src/database/sqlite/file/open.js';
import { LOCK_TIMEOUT_MS } from './src/database/sqlite/connection/read-only.js';
import { MIGRATIONS_TABLE, prepareReader, prepareWriter } from './src/database/sqlite/connection/settings.js';
import { TABLES } from './src/tables.js';

export { MIGRATIONS_TABLE };

type SqliteOptions = Extract<DataSourceOptions, { type: 'better-sqlite3' }>;

/** Statements are kept prepared; each shape of a list is one. */
const PREPARED_STATEMENTS = 500;

const ENTITIES = TABLES.map(({ definedBy }) => definedBy).filter((one) => typeof one === 'function');

function options(file: string, watch: QueryWatch): SqliteOptions {
  return {
    ...watch,
    type: 'better-sqlite3',
    database: file,
    entities: ENTITIES,
    migrations,
    migrationsTableName: MIGRATIONS_TABLE,
    synchronize: false,
    logging: false,
    timeout: LOCK_TIMEOUT_MS,
    statementCacheSize: PREPARED_STATEMENTS,
  };
}

/** Writing, in WAL. */
export function writerOptions(file: string, watch: QueryWatch = {}): SqliteOptions {
  return { ...options(file, watch), prepareDatabase: prepareWriter, enableWAL: true };
}

/**
 * Migrating: like writing, but in the journal mode that the file has, so that a failure leaves the file as it was,
 * and without TypeORM's own messages: whoever migrates says what became of it.
 */
export function migrationOptions(file: string): SqliteOptions {
  return { ...writerOptions(file), enableWAL: false, logger: SILENT };
}

/** Reading what is committed. */
export function readerOptions(file: string, watch: QueryWatch = {}): SqliteOptions {
  return { ...options(file, watch), readonly: true, fileMustExist: true, prepareDatabase: prepareReader };
}

/** For the TypeORM command line: `npx typeorm -d dist/ormconfig.js migration:show`. It has the file alone as well. */
export default new DataSource({
  ...writerOptions(databaseFile()),
  prepareDatabase: async (handle: SqliteHandle) => {
    await takeForTypeorm(handle.name);
    prepareWriter(handle);
  },
});
