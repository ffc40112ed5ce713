import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The full state of the cluster at one moment. */
@Entity('cluster_snapshots')
@Index('cluster_snapshots_by_time', ['timestamp', 'id'])
export class SnapshotEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  timestamp!: string;

  @Column('text')
  snapshot!: string;
}
