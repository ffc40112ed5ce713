import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The right of one instance, for a while, to do scheduled work. */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  holder!: string;

  /** Increases with every holder, so that what a former one still writes can be told and refused. */
  @Column('integer')
  fence!: number;

  /** When it ends, in milliseconds since 1970 by the clock of the database. */
  @Column('bigint')
  until!: number;
}
