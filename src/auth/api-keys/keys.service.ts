import { Injectable } from '@nestjs/common';
import { invalidInput, ProblemError } from '../../problems/problem.error.js';
import { now } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { Database, InjectTable, Table, type List, type TableOptions } from '../../database/index.js';
import { ACCESS_TOPIC } from '../guard/access.topic.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { digestOf, generateApiKey } from './api-key.js';
import { CreateKeyDto, KeyIdDto, toKey, type KeyDto, type NewKeyAnswer } from './keys.dto.js';

/** The list of keys is one page, and every process caches all keys in memory. */
const MAX_KEYS = 1000;
/** The topic of last-use times, which do not affect access, so that they do not invalidate the credential cache. */
const LAST_USE_TOPIC = 'last use of API keys';
const LAST_USE_INTERVAL_MS = 60_000;

export const API_KEYS_TABLE_OPTIONS: TableOptions<ApiKeyEntity> = {
  entity: ApiKeyEntity,
  topic: ACCESS_TOPIC,
};
const NEWEST_FIRST: List<ApiKeyEntity> = { name: 'keys', sortBy: 'createdAt', order: 'DESC' };

/** The input for a new key. */
export type KeyInput = Pick<CreateKeyDto, 'name' | 'role'> & { readonly expiresAt?: string | Date };

/** The API keys of machines. Invalid input rejects with `validation_failed`. */
@Injectable()
export class KeysService {
  /** When the last use of each key was last recorded, in milliseconds since 1970. */
  private readonly recordedAtMs = new Map<number, number>();

  constructor(
    @InjectTable(ApiKeyEntity) private readonly keys: Table<ApiKeyEntity>,
    private readonly database: Database,
  ) {}

  /**
   * Creates a key. Only its digest is stored, so the result is the only place of the secret.
   * @throws ProblemError `conflict` where the maximum is reached.
   */
  async createKey(input: KeyInput): Promise<NewKeyAnswer> {
    const { name, role, expiresAt = null } = validate(CreateKeyDto, input);
    if (expiresAt !== null && expiresAt <= now()) {
      throw invalidInput([{ field: 'expiresAt', message: 'must lie in the future' }]);
    }
    const secret = generateApiKey();
    const row = { name, role, hash: digestOf(secret), createdAt: now(), lastUsedAt: null, expiresAt };
    const saved = await this.database.write(async (manager) => {
      if ((await manager.count(ApiKeyEntity)) >= MAX_KEYS) {
        throw new ProblemError('conflict', `There are ${MAX_KEYS} API keys; delete some first.`);
      }
      return manager.save(ApiKeyEntity, row);
    }, ACCESS_TOPIC);
    return { key: toKey(saved), secret };
  }

  /** All keys, newest first. */
  async getKeys(): Promise<KeyDto[]> {
    return (await this.getRows()).map(toKey);
  }

  /** All keys as stored, newest first, with the digests by which they are looked up. */
  async getRows(): Promise<ApiKeyEntity[]> {
    // Uses a prepared statement: where the owner's triggers make every write count as a change of every topic, many
    // requests refresh the credential cache.
    return this.keys.all(NEWEST_FIRST, { limit: MAX_KEYS }, (row) => row);
  }

  /** @returns false where there is no such key. */
  async deleteKey(id: number): Promise<boolean> {
    return this.keys.delete(validate(KeyIdDto, { id }).id);
  }

  /** Records the use of a key at most once a minute, without waiting and ignoring errors. */
  recordUse(id: number): void {
    const usedAtMs = Date.now();
    if (usedAtMs - (this.recordedAtMs.get(id) ?? 0) < LAST_USE_INTERVAL_MS) return;
    this.recordedAtMs.set(id, usedAtMs);
    const lastUsedAt = new Date(usedAtMs).toISOString();
    this.keys.update(id, { lastUsedAt }, { topic: LAST_USE_TOPIC }).catch(() => undefined);
  }
}
