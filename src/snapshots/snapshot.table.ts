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
    blockId: 'internal',
    blockIndex: 'internal',
    bytes: 'internal',
  },
  isOriginal: true,
  packed: { field: 'snapshot', blocks: 'snapshot_blocks' },
} as const satisfies ContentEntry<SnapshotEntity>;
