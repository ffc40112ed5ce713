import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { waitingRows } from '../src/database/blocks/pack-rows.js';
import { SQLITE_DIALECT } from '../src/database/sqlite/queries/dialect.js';
import { HealthMonitor } from '../src/operations/health/health-monitor.js';
import { startService, type TestService } from './support/service.js';

const WAITING = waitingRows(SQLITE_DIALECT).text;

describe('What is asked on the event loop while snapshots are packed', () => {
  let service: TestService;
  let handle: Sqlite.Database;

  beforeAll(async () => {
    service = await startService();
    await service.stop();
    handle = new Sqlite(service.file);
    // As in the middle of a long history: the first fifth is packed, and the statistics know how much is not.
    handle.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO cluster_snapshots (timestamp, snapshot, block_id)
      SELECT '2026-11-02T00:00:00.000Z', iif(i < 4000, '', '{}'), iif(i < 4000, 1 + i / 100, NULL) FROM n; ANALYZE`);
    handle.close();
    handle = new Sqlite(service.file);
  });
  afterAll(async () => {
    handle.close();
    await service.destroy().catch(() => undefined);
  });

  const planOf = (text: string): string =>
    handle
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map(({ detail }) => detail)
      .join('\n');

  it('passes no packed row: it begins with the index of blocks', () => {
    expect(planOf(WAITING)).toContain('USING INDEX cluster_snapshots_by_block (block_id=?)');
  });

  it('would walk along the keys where they could be used', () => {
    expect(planOf(WAITING.replace(/INDEXED BY \w+/, ''))).not.toContain('by_block');
  });
});

describe('The statements that pack and compare snapshots', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.destroy());

  it('are prepared once for all blocks: the collector ends those that are not kept all at once', async () => {
    const handle = new Sqlite(service.file);
    const save = handle.prepare(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
      INSERT INTO cluster_snapshots (timestamp, snapshot)
      SELECT strftime('%Y-%m-%dT%H:%M:00.000Z', 1793491200 + 60 * i, 'unixepoch'), json_object('i', i) FROM n`);
    const isDone = handle
      .prepare<[], number>(
        `SELECT (SELECT count(*) FROM cluster_snapshots WHERE block_id IS NULL) < 64
          AND NOT EXISTS (SELECT 1 FROM snapshots_to_compare)`,
      )
      .pluck();
    // It asks again every five seconds.
    service.app.get(HealthMonitor, { strict: false }).onModuleDestroy();
    const prepared = jest.spyOn(Sqlite.prototype, 'prepare');
    const pragmas = jest.spyOn(Sqlite.prototype, 'pragma');
    save.run();
    await service.call('put', '/memory/preferences/touched').send({ value: 1 });
    while (isDone.get() !== 1) await sleep(50);
    const texts = [...prepared.mock.calls, ...pragmas.mock.calls].map(([text]) =>
      text.replaceAll(/\d+/g, 'n'),
    );
    prepared.mockRestore();
    pragmas.mockRestore();
    handle.close();
    const timesOf = (text: string): number => texts.filter((other) => other === text).length;
    expect([...new Set(texts)].filter((text) => timesOf(text) > 2)).toEqual([]);
    // Those of a first batch, and of one that is smaller.
    expect(texts.filter((text) => text.includes('snapshots_to_compare')).length).toBeGreaterThan(0);
  });
});
