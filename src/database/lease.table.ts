import type { LeaseEntity } from './lease.entity.js';
import type { OperationalEntry } from './table-entry.js';

/** Not salvaged: the holders are processes that have ended. */
export const LEASES = {
  role: 'operational',
  name: 'leases',
  columns: { name: 'plain', holder: 'plain', fence: 'plain', until: 'plain' },
  isSalvaged: false,
} as const satisfies OperationalEntry<LeaseEntity>;
