import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A token that was logged out before its time. */
@Entity('revoked_tokens')
export class RevokedTokenEntity {
  @PrimaryColumn('text', { name: 'token_id' })
  tokenId!: string;

  /** When it would have ended by itself; from then on the row is of no use. */
  @Column('text', { name: 'expires_at' })
  expiresAt!: string;
}
