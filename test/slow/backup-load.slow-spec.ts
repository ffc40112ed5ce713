import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { EventsService } from '../../src/events/index.js';
import { anEvent } from '../factories/index.js';
import { runCli } from '../support/cli.js';
import { startService, type TestService } from '../support/service.js';

const WRITERS = 48;
const ROWS_BEFORE = 10_000;

/** Writers that save one event after the other, and note the ids of those that were acknowledged. */
class Load {
  readonly acknowledged: number[] = [];
  private isOver = false;
  private readonly writers: Promise<void>[];

  constructor(private readonly events: EventsService) {
    this.writers = Array.from({ length: WRITERS }, () => this.write());
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.writers);
  }

  private async write(): Promise<void> {
    while (!this.isOver) {
      const { id } = await this.events.saveEvent(anEvent({ details: { filler: 'x'.repeat(300) } }));
      this.acknowledged.push(id);
    }
  }
}

function idsIn(file: string): Set<number> {
  const handle = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    return new Set(handle.prepare('SELECT id FROM events').pluck().all() as number[]);
  } finally {
    handle.close();
  }
}

describe('Backups under full write load', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
    const bulk = new Sqlite(service.file);
    bulk.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS_BEFORE})
      INSERT INTO events (timestamp, type, source, summary)
      SELECT '2026-11-22T20:15:00.123Z', 'metric', 'monitor', hex(randomblob(300)) FROM n`);
    bulk.close();
  });
  afterAll(() => service.destroy());

  it('come to an end, and hold every event that was acknowledged before they began', async () => {
    const load = new Load(service.app.get(EventsService));
    const backups: { name: string; before: number[]; during: number }[] = [];
    for (const gzip of [false, true]) {
      const written = load.acknowledged.length;
      while (load.acknowledged.length < written + WRITERS) await sleep(5);
      const before = [...load.acknowledged];
      const { body } = await service.call('post', '/admin/backups').send({ gzip }).expect(201);
      backups.push({ name: body.backup.name, before, during: load.acknowledged.length - before.length });
    }
    await load.end();
    for (const [index, { name, before, during }] of backups.entries()) {
      expect(before.length).toBeGreaterThan(0);
      // Writing went on meanwhile, so the copy was not made of a database at rest.
      expect(during).toBeGreaterThan(0);
      const home = join(service.folder, `restored-${index}`);
      await mkdir(home);
      const environment = { DB_PATH: join(home, 'jarvis.db') };
      const backup = join(service.folder, 'backups', name);
      expect(await runCli(['restore', '--quiet', backup], environment)).toMatchObject({ code: 0 });
      const restored = idsIn(environment.DB_PATH);
      expect(before.filter((id) => !restored.has(id))).toEqual([]);
      expect(restored.size).toBeGreaterThanOrEqual(ROWS_BEFORE + before.length);
      expect(await runCli(['check'], environment)).toMatchObject({ code: 0, stderr: '' });
    }
    expect(await runCli(['check'], { DB_PATH: service.file })).toMatchObject({ code: 0, stderr: '' });
  });
});
