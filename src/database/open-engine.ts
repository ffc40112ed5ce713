import type { DatabaseOptions } from './database.options.js';
import type { Engine } from './engine.js';
import { PostgresEngine } from './postgres/postgres-engine.js';
import { SqliteEngine } from './sqlite/sqlite-engine.js';

/** The engine that the options ask for: this is the only place that chooses. */
export function openEngine({ postgres, ...options }: DatabaseOptions): Promise<Engine> {
  return postgres ? PostgresEngine.open({ ...options, postgres }) : SqliteEngine.open(options);
}
