import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What changed from the snapshot before one to it; there is no row where nothing did. */
@Entity('snapshot_changes')
@Index('snapshot_changes_by_time', ['timestamp', 'snapshotId'])
export class SnapshotChangesEntity {
  @PrimaryColumn('integer', { name: 'snapshot_id' })
  snapshotId!: number;

  /** That of the snapshot. */
  @Column('text')
  timestamp!: string;

  /** The JSON text of a list of lines; see `src/cluster/lines.ts`. */
  @Column('text')
  lines!: string;
}

/** A snapshot that is to be compared with the one before it. */
@Entity('snapshots_to_compare')
export class WaitingSnapshotEntity {
  @PrimaryColumn('text')
  timestamp!: string;

  @PrimaryColumn('integer')
  id!: number;
}
