import type { Database as SqliteHandle } from 'better-sqlite3';
import type { DataSource } from 'typeorm';

/** The better-sqlite3 connection below an initialised TypeORM data source. */
export function sqliteHandle(dataSource: DataSource): SqliteHandle {
  return (dataSource.driver as unknown as { databaseConnection: SqliteHandle }).databaseConnection;
}
