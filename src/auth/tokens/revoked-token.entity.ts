import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A token that was revoked by logout before its expiry. */
@Entity('revoked_tokens')
export class RevokedTokenEntity {
  @PrimaryColumn('text', { name: 'token_id' })
  tokenId!: string;

  /** The expiry of the token, after which the row is obsolete. */
  @Column('text', { name: 'expires_at' })
  expiresAt!: string;
}
