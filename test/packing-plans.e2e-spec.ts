import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { waitingRows } from '../src/database/blocks/pack-rows.js';
import { SQLITE_DIALECT } from '../src/database/sqlite/queries/dialect.js';
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
