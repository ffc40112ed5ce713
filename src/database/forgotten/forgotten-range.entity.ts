import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

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
