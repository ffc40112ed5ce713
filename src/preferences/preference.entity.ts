import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A setting of the owner: the last value that was set for a key. */
@Entity('preferences')
export class PreferenceEntity {
  @PrimaryColumn('text')
  key!: string;

  @Column('text')
  value!: string;

  @Column('text', { name: 'updated_at' })
  updatedAt!: string;
}
