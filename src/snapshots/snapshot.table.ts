import type { ContentEntry } from '../database/index.js';
import type { SnapshotEntity } from './snapshot.entity.js';

export const SNAPSHOTS = {
  role: 'content',
  name: 'cluster_snapshots',
  kind: 'snapshot',
  key: 'id',
  timeField: 'timestamp',
  columns: {
    id: 'id',
    timestamp: 'timestamp',
    snapshot: 'document',
  },
  isOriginal: true,
} as const satisfies ContentEntry<SnapshotEntity>;
