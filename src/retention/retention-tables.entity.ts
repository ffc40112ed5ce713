import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The rules that an operator set, what was confirmed, and how the last run ended; each as JSON. */
@Entity('retention_settings')
export class RetentionSettingEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  value!: string;

  @Column('text', { name: 'updated_at' })
  updatedAt!: string;
}

/** How large the memory was at an hour, and what was written to the disk since the hour before. */
@Entity('storage_samples')
export class StorageSampleEntity {
  @PrimaryColumn('text')
  at!: string;

  @Column('integer', { name: 'row_bytes' })
  rowBytes!: number;

  @Column('integer', { name: 'index_bytes' })
  indexBytes!: number;

  @Column('integer', { name: 'block_bytes' })
  blockBytes!: number;

  /** NULL where it is not known. */
  @Column('integer', { name: 'written_bytes', nullable: true })
  writtenBytes!: number | null;
}
