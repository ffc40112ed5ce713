import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import type { ReaderPool } from '../../src/database/sqlite/workers/reader-pool.js';
import { Database } from '../../src/database/index.js';
import { anEvent } from '../factories/index.js';
import { startService, type TestService } from '../support/service.js';
import { sqliteOf } from '../support/sqlite.js';

/** Gives a row now and then, and never ends. */
const ENDLESS = {
  text: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i % 100000 = 0',
  values: [],
};
/** A list that follows no index exactly, and is not filled by the first entries. */
const HEAVY = '/memory/events?type=metric&severity=critical';
const EXACT = '/memory/events?type=metric&limit=2';

/** Old critical metrics behind many that are not. */
function fill(path: string): void {
  const handle = new Sqlite(path);
  handle.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
    INSERT INTO events (timestamp, type, severity, source, summary, resolved)
    SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 1577836800 + i * 60, 'unixepoch'), 'metric',
      CASE WHEN i <= 3 THEN 'critical' ELSE 'info' END, 'monitor', 'event ' || i, 0 FROM n`);
  handle.close();
}

describe('Reads that may take long', () => {
  let service: TestService;
  let database: Database;
  let pool: ReaderPool;

  beforeAll(async () => {
    service = await startService();
    fill(service.file);
    database = service.app.get(Database);
    pool = sqliteOf(database)['connections'].readers;
  });
  afterAll(() => service.destroy());

  it('begin no thread before there is one', async () => {
    await service.call('get', EXACT).expect(200);
    await service.call('get', '/memory/events?source=user&type=alert').expect(200);
    expect([...(pool as unknown as { pool: { threads: Set<never> } }).pool.threads]).toEqual([]);
  });

  it('are rows in order, with those that were saved just before', async () => {
    for (const summary of ['one', 'two']) {
      await service
        .call('post', '/memory/events')
        .send(anEvent({ type: 'metric', severity: 'critical', summary, timestamp: '2019-12-01' }))
        .expect(201);
      const { body } = await service.call('get', HEAVY).expect(200);
      const summaries = body.events.map(({ summary: text }: { summary: string }) => text);
      expect(summaries.slice(0, 3)).toEqual(['event 3', 'event 2', 'event 1']);
      expect(summaries).toContain(summary);
    }
  });

  describe('while all threads are taken', () => {
    let taken: Promise<unknown>;

    beforeEach(() => {
      taken = database.read((rows) => rows.readHeavy([ENDLESS])).catch((error: unknown) => error);
    });

    async function release(): Promise<void> {
      const [reader] = (pool as unknown as { pool: { threads: Set<{ end(): Promise<void> }> } }).pool.threads;
      await reader!.end();
      expect(await taken).toMatchObject({ code: 'database_unavailable' });
    }

    it('wait, and hold up nothing else', async () => {
      const waiting = service
        .call('get', `${HEAVY}&limit=10`)
        .expect(200)
        .then(({ body }) => body.events);
      await service.call('get', EXACT).expect(200);
      await service
        .call('post', '/memory/events')
        .send(anEvent({ timestamp: '2019-01-01' }))
        .expect(201);
      await waitUntil(() => pool.depth === 1);
      const { text } = await service.call('get', '/metrics').expect(200);
      expect(text).toMatch(/^jarvis_memory_read_queue_depth 1$/m);
      expect(text).toMatch(/^jarvis_memory_reads_running 1$/m);
      await release();
      expect(await waiting).toHaveLength(5);
    });

    it('are refused where 64 wait, with 503 and a time to wait', async () => {
      const waiting = Array.from({ length: 64 }, () =>
        database.read((rows) => rows.readHeavy([{ text: 'SELECT 1', values: [] }])),
      );
      const answers = Promise.all(waiting);
      const { body, headers } = await service.call('get', `${HEAVY}&limit=11`).expect(503);
      expect(body).toMatchObject({ code: 'read_queue_full' });
      expect(headers['retry-after']).toBe('1');
      await service.call('get', EXACT).expect(200);
      // A full queue is no failure of the database.
      expect(database.failures.reading.current).toBeUndefined();
      await release();
      await answers;
    });

    it('are dropped where the client has gone', async () => {
      const headers = { Authorization: `Bearer ${service.token}` };
      const request = get(`${service.url}/api${HEAVY}&limit=12`, { headers });
      request.on('error', () => undefined);
      await waitUntil(() => pool.depth === 1);
      request.destroy();
      await waitUntil(() => pool.depth === 0);
      expect(pool.running).toBe(1);
      await release();
    });
  });

  it('end with the service', async () => {
    const other = await startService();
    const shut = other.app.get(Database);
    const reads = [ENDLESS, ENDLESS].map((query) => shut.read((rows) => rows.readHeavy([query])));
    const over = Promise.allSettled(reads);
    await other.stop();
    for (const result of await over) {
      expect(result).toMatchObject({ reason: { code: 'database_unavailable' } });
    }
    await other.destroy();
  });
});

async function waitUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}
