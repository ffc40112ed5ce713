import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Database } from '../../database.js';
import { sqliteHandle } from '../connection/handle.js';
import { sqliteOf } from '../../../../test/support/sqlite.js';
import type { DiskGuard } from './disk-guard.js';

const LIMITS = { reserveBytes: 0, minFreeBytes: 0 };
const SNAPSHOT = `INSERT INTO cluster_snapshots (timestamp, snapshot)
  VALUES ('2026-01-01T00:00:00.000Z', '{"a":"' || hex(zeroblob(500000)) || '"}')`;
const PREFERENCE = {
  text: `INSERT INTO preferences (key, value, updated_at) VALUES ('a', '1', '2026-01-01T00:00:00.000Z')`,
  values: [],
};

const diskOf = (database: Database): DiskGuard => sqliteOf(database)['disk'];

describe('On a full disk', () => {
  let folder: string;
  let database: Database;
  let free = Infinity;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    database = await Database.open({ file: join(folder, 'a.db'), logger: false, disk: LIMITS });
    jest.spyOn(diskOf(database), 'freeBytes', 'get').mockImplementation(() => free);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    free = Infinity;
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  it('the next write after a deletion gives free pages back, and is refused', async () => {
    await database.write(async (manager) => {
      for (let row = 0; row < 30; row++) await manager.query(SNAPSHOT);
    });
    const writer = sqliteHandle(sqliteOf(database)['connections'].writer);
    const freePages = (): number => Number(writer.pragma('freelist_count', { simple: true }));
    free = 0;
    const later = jest.spyOn(Date, 'now').mockImplementation(() => 4e12);
    await expect(database.write(PREFERENCE)).resolves.toBeDefined();
    diskOf(database).translateFailure(Object.assign(new Error('full'), { code: 'SQLITE_FULL' }));
    await database.write((manager) => manager.query('DELETE FROM cluster_snapshots'), 'snapshots', {
      allowOnFullDisk: true,
    });
    const deleted = freePages();
    expect(deleted).toBeGreaterThan(1000);
    later.mockImplementation(() => 4e12 + 2000);
    await expect(database.write(PREFERENCE)).rejects.toMatchObject({ code: 'storage_full' });
    expect(freePages()).toBeLessThan(deleted);
  });
});
