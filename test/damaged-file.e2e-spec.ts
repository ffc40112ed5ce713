import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/database/index.js';
import { FileLock } from '../src/database/sqlite/file/lock.js';
import { Maintenance } from '../src/database/sqlite/workers/maintenance.js';
import { checkPages } from '../src/database/sqlite/workers/page-check.js';
import {
  quarantinedIn,
  damaged,
  EVENTS,
  removeCopies,
  wipe,
  writeDatabase,
  type WrittenDatabase,
} from './support/damage.js';
import { startService } from './support/service.js';
import { summariesIn } from './support/summaries.js';
import { sqliteOf } from './support/sqlite.js';

/** `test/slow/damaged-file` damages files in every place. */
let clean: WrittenDatabase;
beforeAll(async () => {
  clean = await writeDatabase(false);
});
afterEach(removeCopies);
afterAll(() => {
  rmSync(clean.folder, { recursive: true, force: true });
});

describe('A file with damaged pages', () => {
  it('is served without them, and health is degraded, over a restart, until the report beside it is taken away', async () => {
    const folder = await damaged(clean, (file) => {
      wipe(file, "SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' LIMIT 2 OFFSET 5");
    });
    for (let restart = 0; restart < 2; restart++) {
      const service = await startService({ folder });
      try {
        const { text } = await service.callAnonymously('get', '/health').expect(200);
        expect(text).not.toContain(folder);
        const condition = sqliteOf(service.app.get(Database))['file'].condition();
        expect(condition).toMatchObject({
          state: 'degraded',
          detail: expect.stringMatching(/rows were salvaged/),
        });
        expect(condition.detail).not.toContain(basename(folder));
        expect(summariesIn(service.file).length).toBeGreaterThan(EVENTS - 100);
      } finally {
        await service.stop();
      }
    }
    for (const name of quarantinedIn(folder).filter((found) => found.endsWith('.json')))
      rmSync(join(folder, name));
    const service = await startService({ folder });
    expect(sqliteOf(service.app.get(Database))['file'].condition().state).toBe('up');
    await service.stop();
  });
});

describe('The look through a file that is served', () => {
  const lookThrough = async (file: string): Promise<string[]> => {
    const found: string[] = [];
    await checkPages(file, new Maintenance(), (damage) => found.push(damage), 0);
    return found;
  };

  it('finds damage, and nothing where there is none', async () => {
    const folder = await damaged(clean, () => undefined);
    const file = join(folder, 'jarvis.db');
    expect(await lookThrough(file)).toEqual([]);
    wipe(
      file,
      "SELECT pageno FROM dbstat WHERE name = 'conversations' AND pagetype = 'leaf' LIMIT 1 OFFSET 3",
    );
    expect(await lookThrough(file)).toEqual([expect.stringMatching(/\S/)]);
    expect(readdirSync(folder).filter((name) => /-(?:wal|shm)$/.test(name))).toEqual([]);
  });

  it('makes health degraded, and the next start look before it serves', async () => {
    const folder = await damaged(clean, () => undefined);
    const file = join(folder, 'jarvis.db');
    const database = await Database.open({ file, logger: false });
    sqliteOf(database)['file'].noteDamage('found by somebody');
    expect(sqliteOf(database)['file'].condition()).toMatchObject({ state: 'degraded' });
    await database.onApplicationShutdown();
    const lock = FileLock.take(file);
    expect(lock.previous).toMatchObject({ metDamage: true, ended: expect.any(String) });
    lock.release();
  });

  it('ends when it is told to', async () => {
    const folder = await damaged(clean, () => undefined);
    const maintenance = new Maintenance();
    const checked = checkPages(join(folder, 'jarvis.db'), maintenance, () => undefined);
    await maintenance.stop();
    await maintenance.stop();
    await checked;
  });
});
