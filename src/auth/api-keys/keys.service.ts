import { Injectable } from '@nestjs/common';
import { invalidInput, ProblemError } from '../../problems/problem.error.js';
import { now } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { Database, InjectTable, Table, type List, type TableOptions } from '../../database/index.js';
import { ACCESS } from '../guard/access.topic.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { digestOf, makeApiKey } from './api-key.js';
import { CreateKeyDto, KeyIdDto, toKey, type KeyDto, type NewKeyAnswer } from './keys.dto.js';

/** The list of keys has one page, and every process keeps a copy of it in memory. */
const MOST_KEYS = 1000;
/** The topic of the moments of last use, which change nobody's access. */
const LAST_USE = 'last use of API keys';
const USE_EVERY_MS = 60_000;

export const API_KEYS: TableOptions<ApiKeyEntity> = { entity: ApiKeyEntity, topic: ACCESS };
const NEWEST_FIRST: List<ApiKeyEntity> = { name: 'keys', sortBy: 'createdAt', order: 'DESC' };

/** What callers give for a new key. */
export type KeyInput = Pick<CreateKeyDto, 'name' | 'role'> & { readonly expiresAt?: string | Date };

/** The API keys of machines. Bad input rejects with `validation_failed`. */
@Injectable()
export class KeysService {
  /** When the last use of a key was last noted, in milliseconds since 1970. */
  private readonly noted = new Map<number, number>();

  constructor(
    @InjectTable(ApiKeyEntity) private readonly keys: Table<ApiKeyEntity>,
    private readonly database: Database,
  ) {}

  /**
   * Makes a key. Only its digest is kept, so this is the one time that it can be seen.
   * @throws ProblemError `conflict` where there are too many.
   */
  async createKey(input: KeyInput): Promise<NewKeyAnswer> {
    const { name, role, expiresAt = null } = validate(CreateKeyDto, input);
    if (expiresAt !== null && expiresAt <= now()) {
      throw invalidInput([{ field: 'expiresAt', message: 'must lie in the future' }]);
    }
    const secret = makeApiKey();
    const row = { name, role, hash: digestOf(secret), createdAt: now(), lastUsedAt: null, expiresAt };
    const saved = await this.database.write(async (manager) => {
      if ((await manager.count(ApiKeyEntity)) >= MOST_KEYS) {
        throw new ProblemError('conflict', `There are ${MOST_KEYS} API keys; delete some first.`);
      }
      return manager.save(ApiKeyEntity, row);
    }, ACCESS);
    return { key: toKey(saved), secret };
  }

  /** All keys, newest first. */
  async getKeys(): Promise<KeyDto[]> {
    return (await this.getRows()).map(toKey);
  }

  /** All keys as they are stored, newest first: with their digests, to know them by. */
  async getRows(): Promise<ApiKeyEntity[]> {
    // By a statement that is prepared once: where the owner's triggers make every write count as one about everything,
    // many requests ask for it.
    return this.keys.all(NEWEST_FIRST, { limit: MOST_KEYS }, (row) => row);
  }

  /** @returns false where there is no such key. */
  async deleteKey(id: number): Promise<boolean> {
    return this.keys.delete(validate(KeyIdDto, { id }).id);
  }

  /** Notes that a key is used: once a minute at most, and nobody waits for it or hears of its failing. */
  noteUse(id: number): void {
    const moment = Date.now();
    if (moment - (this.noted.get(id) ?? 0) < USE_EVERY_MS) return;
    this.noted.set(id, moment);
    const lastUsedAt = new Date(moment).toISOString();
    this.keys.update(id, { lastUsedAt }, { topic: LAST_USE }).catch(() => undefined);
  }
}
