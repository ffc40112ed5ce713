import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import { now } from '../../time/time.js';
import { Database, InjectTable, Table, type List } from '../../database/index.js';
import { ACCESS_TOPIC } from '../guard/access.topic.js';
import { RevokedTokenEntity } from './revoked-token.entity.js';

const BY_ID: List<RevokedTokenEntity> = { name: 'revoked tokens', sortBy: 'tokenId', order: 'ASC' };

/** Tokens that were revoked before their expiry. */
@Injectable()
export class RevokedTokensService {
  constructor(
    @InjectTable(RevokedTokenEntity) private readonly tokens: Table<RevokedTokenEntity>,
    private readonly database: Database,
  ) {}

  /**
   * Revokes a token; idempotent. Deletes rows of tokens that have expired meanwhile.
   * @param expiresAt in milliseconds since 1970.
   */
  async revoke(tokenId: string, expiresAt: number): Promise<void> {
    const row = { tokenId, expiresAt: new Date(expiresAt).toISOString() };
    await this.database.write(
      async (manager) => {
        await manager.delete(RevokedTokenEntity, { expiresAt: LessThanOrEqual(now()) });
        await manager.upsert(RevokedTokenEntity, row, ['tokenId']);
      },
      ACCESS_TOPIC,
      { allowOnFullDisk: true },
    );
  }

  /** The ids of all revoked tokens. */
  async getIds(): Promise<string[]> {
    return this.tokens.all(BY_ID, {}, ({ tokenId }) => tokenId);
  }
}
