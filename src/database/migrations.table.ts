import type { OperationalEntry } from './table-entry.js';

/** TypeORM's table of applied migrations. */
export const MIGRATIONS_TABLE = 'memory_migrations';

/** TypeORM owns it. It is not copied: the fresh database has rows of its own migrations. */
export const MIGRATIONS = {
  role: 'operational',
  name: MIGRATIONS_TABLE,
  columns: { id: 'id', timestamp: 'plain', name: 'plain' },
  kept: false,
} as const satisfies OperationalEntry;
