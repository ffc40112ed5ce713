import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The full state of the cluster at one moment. */
@Entity('cluster_snapshots')
@Index('cluster_snapshots_by_time', ['timestamp', 'id'])
@Index('cluster_snapshots_by_block', ['blockId', 'id'])
export class SnapshotEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  timestamp!: string;

  /** Empty where it is packed. */
  @Column('text')
  snapshot!: string;

  /** The block that the text lies in; none while the text is in this row. */
  @Column('integer', { name: 'block_id', nullable: true })
  blockId!: number | null;

  /** The index of the text in the block. */
  @Column('integer', { name: 'block_index', nullable: true })
  blockIndex!: number | null;

  /** The size of a text that is packed. */
  @Column('integer', { nullable: true })
  bytes!: number | null;
}

/** What a new row says of its text, which stands in it. */
export const UNPACKED = { blockId: null, blockIndex: null, bytes: null };
