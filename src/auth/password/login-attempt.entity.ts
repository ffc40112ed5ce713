import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A window of login attempts, or a known address, where several instances share the database. */
@Entity('login_attempts')
export class LoginAttemptEntity {
  @PrimaryColumn('text')
  client!: string;

  @Column('integer')
  attempts!: number;

  /** When the row is obsolete, in milliseconds since 1970. */
  @Column('bigint')
  until!: number;
}
