import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Changes } from '../../database/index.js';
import { CredentialCache } from './credential-cache.js';
import { digestOf } from '../api-keys/api-key.js';
import type { KeysService } from '../api-keys/keys.service.js';
import type { Password } from '../password/password.js';
import type { RevokedTokensService } from '../tokens/revoked-tokens.service.js';

const KEY = 'jm_of the tests';
const ROW = {
  id: 1,
  name: 'monitor',
  role: 'reader',
  hash: digestOf(KEY),
  createdAt: '',
  lastUsedAt: null,
  expiresAt: null,
};

/** Tables whose reading takes as long as a test wants. */
class SlowTables {
  version = 'first';
  rows = [ROW];
  revoked = ['revoked'];
  reads = 0;
  private waiting: (() => void)[] = [];

  /** What is read is what was there when the reading began. */
  getRows = (): Promise<(typeof ROW)[]> => {
    this.reads++;
    const rows = [...this.rows];
    return new Promise((resolve) => {
      this.waiting.push(() => {
        resolve(rows);
      });
    });
  };

  getIds(): Promise<string[]> {
    return Promise.resolve([...this.revoked]);
  }

  refresh(): Promise<void> {
    return Promise.resolve();
  }

  versionOf = (): string => this.version;

  async finish(): Promise<void> {
    for (const resolve of this.waiting.splice(0)) resolve();
    await turn();
  }
}

describe('The copy of the access records', () => {
  let tables: SlowTables;
  let records: CredentialCache;

  beforeEach(() => {
    tables = new SlowTables();
    const all = tables as unknown as KeysService & RevokedTokensService & Password & Changes;
    records = new CredentialCache(all, all, all, all);
  });

  async function current(): Promise<void> {
    const renewal = records.refreshIfStale();
    await tables.finish();
    await renewal;
  }

  it('is read once for all that wait for it, and not again while nothing changes', async () => {
    const all = Promise.all(Array.from({ length: 20 }, async () => records.refreshIfStale()));
    await tables.finish();
    await all;
    expect(tables.reads).toBe(1);
    expect(records.refreshIfStale()).toBeUndefined();
    expect(records.ownerOf(KEY)).toMatchObject({ name: 'monitor', role: 'reader', keyId: 1 });
    expect(records.ownerOf('jm_another')).toBeUndefined();
    expect([records.isRevoked('revoked'), records.isRevoked('other')]).toEqual([true, false]);
  });

  it('is read again for whoever comes after a change, also while it is being read', async () => {
    const early = records.refreshIfStale();
    tables.rows = [];
    tables.version = 'second';
    let isLateDone = false;
    const late = records.refreshIfStale()?.then(() => {
      isLateDone = true;
    });
    await tables.finish();
    await early;
    // What was read so far is of before the change: it is not enough for who came after it.
    expect(records.ownerOf(KEY)).toBeDefined();
    expect(isLateDone).toBe(false);
    await tables.finish();
    await late;
    expect(records.ownerOf(KEY)).toBeUndefined();
    expect(tables.reads).toBe(2);
  });

  it('is not trusted with an API key where it cannot be renewed, but keeps the revoked tokens', async () => {
    await current();
    tables.version = 'second';
    const { getRows } = tables;
    tables.getRows = () => Promise.reject(new Error('no disk'));
    await current();
    expect(() => records.ownerOf(KEY)).toThrow(expect.objectContaining({ code: 'database_unavailable' }));
    expect(records.isRevoked('revoked')).toBe(true);
    tables.getRows = getRows;
    await current();
    expect(records.ownerOf(KEY)).toBeDefined();
  });

  it('is trusted again when the trouble is over, though nothing has changed', async () => {
    await current();
    const { versionOf, getRows } = tables;
    tables.versionOf = () => {
      throw new Error('closed');
    };
    tables.getRows = () => Promise.reject(new Error('closed'));
    await current();
    expect(() => records.ownerOf(KEY)).toThrow();
    Object.assign(tables, { versionOf, getRows });
    await current();
    expect(records.ownerOf(KEY)).toBeDefined();
    expect(records.refreshIfStale()).toBeUndefined();
  });

  it('that was never read lets no API key in, and knows of no revoked token', async () => {
    tables.getRows = () => Promise.reject(new Error('no database'));
    await current();
    expect(() => records.ownerOf(KEY)).toThrow(expect.objectContaining({ code: 'database_unavailable' }));
    expect(records.isRevoked('revoked')).toBe(false);
  });
});
