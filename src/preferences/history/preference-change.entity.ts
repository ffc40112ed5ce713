import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A value that a preference had from a moment on; none from when it was deleted. */
@Entity('preference_history')
@Index('preference_history_by_key', ['key', 'changedAt', 'id'])
@Index('preference_history_by_time', ['changedAt', 'id'])
export class PreferenceChangeEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  key!: string;

  @Column('text', { nullable: true })
  value!: string | null;

  @Column('text', { name: 'changed_at' })
  changedAt!: string;
}
