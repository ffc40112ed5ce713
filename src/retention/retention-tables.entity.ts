import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

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

/** A range of rows among which some were forgotten by a rule. There are few: those of a rule are merged. */
@Entity('forgotten_ranges')
@Index('forgotten_ranges_by_time', ['kind', 'until', 'id'])
export class ForgottenRangeEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  /** event, snapshot or session. */
  @Column('text')
  kind!: string;

  @Column('text')
  rule!: string;

  /** The time of the first row. */
  @Column('text')
  from!: string;

  /** The time of the last row. */
  @Column('text')
  until!: string;

  @Column('integer', { name: 'first_id' })
  firstId!: number;

  @Column('integer', { name: 'last_id' })
  lastId!: number;

  /** When the first was forgotten. */
  @Column('text')
  since!: string;

  /** When the last was forgotten. */
  @Column('text')
  at!: string;

  /** How many were forgotten. */
  @Column('integer')
  rows!: number;

  /** Fingerprints of sessions, each after a point. */
  @Column('text')
  keys!: string;
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
