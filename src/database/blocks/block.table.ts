import type { OperationalEntry } from '../table-entry.js';
import type { SnapshotBlock } from './block.entity.js';

export const SNAPSHOT_BLOCKS = {
  role: 'operational',
  name: 'snapshot_blocks',
  columns: { id: 'id', count: 'plain', digest: 'plain', body: 'plain' },
  kept: { by: ['id'] },
} as const satisfies OperationalEntry<SnapshotBlock>;
