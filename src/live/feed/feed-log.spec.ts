import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../database/index.js';
import { FeedLog } from './feed-log.js';
import { WakeUps } from './wake-ups.js';

describe('What was read of the change feed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
  let database: Database;
  beforeAll(async () => {
    database = await Database.open({ file: join(folder, 'memory.db'), logger: false });
  });
  afterAll(async () => {
    await database.onApplicationShutdown();
    rmSync(folder, { recursive: true });
  });

  it('does not do for who was told by another instance of a change that this one has not heard of', async () => {
    const log = new FeedLog(database, new WakeUps(database.changes));
    const save = `INSERT INTO preferences (key, value, updated_at) VALUES ('theme', '"dark"', '2026-11-22T20:15:00.000Z')`;
    await database.write({ text: save, values: [] }, 'preferences');
    // One that hears of nothing any more.
    const deaf = new WakeUps({ subscribe: () => () => undefined } as unknown as Database['changes']);
    const behind = new FeedLog(database, deaf);
    const { head } = await log.from(1, false);
    expect(await behind.from(head + 1, false)).toMatchObject({ head, entries: [] });
    await database.write({ text: 'DELETE FROM preferences', values: [] }, 'preferences');
    expect(await behind.from(head + 1, false)).toMatchObject({ head, entries: [] });
    expect(await behind.from(head + 1, true)).toMatchObject({ head: head + 1, next: head + 2 });
  });
});
