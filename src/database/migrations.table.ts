import type { OperationalEntry } from './table-entry.js';

/** TypeORM's table of applied migrations. */
export const MIGRATIONS_TABLE = 'memory_migrations';

/** TypeORM owns it. A salvage does not copy it: the fresh file has rows of its own migrations. */
export const MIGRATIONS = {
  role: 'operational',
  name: MIGRATIONS_TABLE,
  columns: { id: 'id', timestamp: 'plain', name: 'plain' },
  isSalvaged: false,
} as const satisfies OperationalEntry;
