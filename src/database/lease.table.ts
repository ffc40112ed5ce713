import type { LeaseEntity } from './lease.entity.js';
import type { OperationalEntry } from './table-entry.js';

/** Not kept: the holders are processes that have ended. */
export const LEASES = {
  role: 'operational',
  name: 'leases',
  columns: { name: 'plain', holder: 'plain', fence: 'plain', until: 'plain' },
  kept: false,
} as const satisfies OperationalEntry<LeaseEntity>;
