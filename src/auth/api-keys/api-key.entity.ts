import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** The API key of a machine; only its digest is stored. */
@Entity('api_keys')
@Index('api_keys_by_hash', ['hash'], { unique: true })
export class ApiKeyEntity {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('text')
  name!: string;

  @Column('text')
  role!: string;

  /** SHA-256 of the key, in hexadecimal digits. */
  @Column('text')
  hash!: string;

  @Column('text', { name: 'created_at' })
  createdAt!: string;

  @Column('text', { name: 'last_used_at', nullable: true })
  lastUsedAt!: string | null;

  @Column('text', { name: 'expires_at', nullable: true })
  expiresAt!: string | null;
}
