import type { DerivedEntry } from '../../database/index.js';
import type { SnapshotChangesEntity, WaitingSnapshotEntity } from './snapshot-changes.entity.js';

export const SNAPSHOT_CHANGES = {
  role: 'derived',
  name: 'snapshot_changes',
  columns: { snapshotId: 'plain', timestamp: 'timestamp', lines: 'document' },
  check: {
    count: `SELECT count(*) FROM snapshot_changes AS changes WHERE NOT EXISTS (
      SELECT 1 FROM cluster_snapshots AS snapshots
      WHERE snapshots.id = changes.snapshot_id AND snapshots."timestamp" = changes."timestamp")`,
    message: 'snapshot_changes: changes to a snapshot that is not there, or has another time',
  },
} as const satisfies DerivedEntry<SnapshotChangesEntity>;

/** Triggers fill it, so that copying the snapshots does. What is before its first row has been compared. */
export const WAITING_SNAPSHOTS = {
  role: 'derived',
  name: 'snapshots_to_compare',
  columns: { timestamp: 'timestamp', id: 'plain' },
  check: undefined,
} as const satisfies DerivedEntry<WaitingSnapshotEntity>;
