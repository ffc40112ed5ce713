import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, type TestDatabase } from '../../test/support/postgres/index.mjs';
import { Database } from './database.js';
import { NO_CHANGE } from './feed/feed-change.js';
import { LeaseLost, Leases } from './leases.js';
import type { Work } from './unit.js';

const HOUR_MS = 3_600_000;

describe.each(['sqlite', 'postgres'] as const)('A lease in %s', (engine) => {
  let folder: string;
  let server: TestDatabase | undefined;
  let database: Database;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    server = engine === 'postgres' ? await createDatabase() : undefined;
    const postgres = server && { url: server.url, poolSize: 4, statementTimeoutMs: 0 };
    database = await Database.open({ file: join(folder, 'a.db'), postgres, logger: false });
  });
  afterEach(async () => {
    await database.onApplicationShutdown();
    await server?.drop();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const instance = (): Leases =>
    new Leases(database.engine.rows.dialect, <T>(work: Work<T>) => database.write<T>(work, NO_CHANGE));

  it('is held by one of several instances, and by the next one afterwards', async () => {
    const order: string[] = [];
    const [first, second] = [instance(), instance()];
    await first.run('work', HOUR_MS, async () => {
      order.push('first');
      expect(await second.run('work', HOUR_MS, () => Promise.resolve())).toBe(false);
      expect(await second.run('other work', HOUR_MS, () => Promise.resolve())).toBe(true);
    });
    expect(
      await second.run('work', HOUR_MS, () => {
        order.push('second');
        return Promise.resolve();
      }),
    ).toBe(true);
    expect(order).toEqual(['first', 'second']);
  });

  it('of a holder that is gone ends by itself', async () => {
    await new Promise<void>((isHeld) => {
      void instance().run('work', 50, () => {
        isHeld();
        return new Promise(() => undefined);
      });
    });
    await sleep(200);
    expect(await instance().run('work', HOUR_MS, () => Promise.resolve())).toBe(true);
  });

  it('is lost by a holder that was paused for longer: it writes nothing any more', async () => {
    const [paused, next] = [instance(), instance()];
    const insert = "INSERT INTO preferences VALUES ('key', 'late', '2026-01-01T00:00:00.000Z')";
    const work = paused.run('work', 50, async (lease) => {
      await sleep(200);
      await next.run('work', HOUR_MS, async () => {
        await expect(lease.write((manager) => manager.query(insert))).rejects.toThrow(LeaseLost);
      });
      await lease.write((manager) => manager.query(insert));
    });
    await expect(work).rejects.toThrow(LeaseLost);
    expect(await database.reader.query('SELECT * FROM preferences')).toEqual([]);
  });

  it('is prolonged by each unit of work, and ended where the work fails', async () => {
    const failing = instance().run('work', HOUR_MS, async (lease) => {
      await lease.write(() => Promise.resolve());
      throw new Error('of the work');
    });
    await expect(failing).rejects.toThrow('of the work');
    expect(await instance().run('work', HOUR_MS, () => Promise.resolve())).toBe(true);
  });
});
