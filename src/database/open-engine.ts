import type { DatabaseOptions, DatabaseTarget } from './database.options.js';
import type { Engine } from './engine.js';
import { PostgresEngine } from './postgres/postgres-engine.js';
import type { AccessMode } from './sqlite/file/open.js';
import { SqliteEngine } from './sqlite/sqlite-engine.js';

// The only place that chooses an engine.

/** The engine that the options ask for. */
export function openEngine({ postgres, ...options }: DatabaseOptions): Promise<Engine> {
  return postgres ? PostgresEngine.open({ ...options, postgres }) : SqliteEngine.open(options);
}

/**
 * Works on a database that other processes may be serving, and that is not migrated.
 * @throws Error where it cannot be used as it is; or what the work throws.
 */
export function openEngineAlongside<T>(
  { file, postgres }: DatabaseTarget,
  mode: AccessMode,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  return postgres
    ? PostgresEngine.openAlongside(postgres, work)
    : SqliteEngine.openAlongside(file, mode, work);
}

/**
 * Whether there is a memory already: an import is checked without making one.
 * @throws Error where the server cannot be asked.
 */
export async function databaseExists({ file, postgres }: DatabaseTarget): Promise<boolean> {
  return postgres ? PostgresEngine.exists(postgres) : SqliteEngine.exists(file);
}
