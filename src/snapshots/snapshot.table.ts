import type { KeptEntry } from '../database/index.js';
import { SnapshotEntity } from './snapshot.entity.js';

export const SNAPSHOTS = {
  role: 'kept',
  definedBy: SnapshotEntity,
  kind: 'snapshot',
  timeField: 'timestamp',
  forms: { timestamp: 'timestamp', snapshot: 'document' },
  isOriginal: true,
} as const satisfies KeptEntry<keyof SnapshotEntity>;
