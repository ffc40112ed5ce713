import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret of the service where several instances share the database. Of a password it is the hash. */
@Entity('secrets')
export class SecretEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  value!: string;

  @Column('text', { name: 'updated_at' })
  updatedAt!: string;
}
