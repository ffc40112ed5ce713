import { MIGRATIONS_TABLE } from './sqlite/connection/settings.js';
import type { RunningEntry } from './table-entry.js';

/** TypeORM makes and reads it. A fresh file has its own rows. */
export const MIGRATIONS = {
  role: 'running',
  name: MIGRATIONS_TABLE,
  columns: { id: 'id', timestamp: 'plain', name: 'plain' },
  isSalvaged: false,
} as const satisfies RunningEntry;
