import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import type { DataSource } from 'typeorm';
import type { Bounds, Query, Taken } from '../../query.js';
import { FOR_PROGRAMS, ReaderPool, type ReaderPoolOptions } from './reader-pool.js';

const HOUR_MS = 3_600_000;
const UNAVAILABLE = { code: 'database_unavailable' };

/** Gives a row now and then, and never ends. */
const ENDLESS: Query = {
  text: 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i % 100000 = 0',
  values: [],
};
const numbers = (most: number): Query => ({
  text: 'SELECT i FROM numbers WHERE i <= ? ORDER BY i',
  values: [most],
});
const COUNT: Query = { text: 'SELECT count(*) AS "count" FROM numbers', values: [] };

describe('ReaderPool', () => {
  let folder: string;
  let file: string;
  let writer: SqliteHandle;
  let pool: ReaderPool;
  /** The statements that were begun. */
  let begun: string[];
  let slow: string[];
  let options: { maxQueryExecutionTime: number };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    file = join(folder, 'served.db');
    writer = new Sqlite(file);
    writer.exec(`PRAGMA journal_mode = WAL; CREATE TABLE numbers (i integer, filler text);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
      INSERT INTO numbers SELECT i, NULL FROM n`);
    [begun, slow] = [[], []];
    options = { maxQueryExecutionTime: HOUR_MS };
    pool = aPool();
  });
  afterEach(async () => {
    await pool.stop();
    writer.close();
    rmSync(folder, { recursive: true });
  });

  function aPool(size?: number, of: ReaderPoolOptions = {}): ReaderPool {
    const logger = {
      logQuery: (text: string) => begun.push(text),
      logQuerySlow: (_: number, text: string) => slow.push(text),
    };
    const watch = { logger, options };
    return new ReaderPool(file, watch as unknown as DataSource, { ...of, size });
  }

  function threads(): { end: () => Promise<void>; worker: { terminate(): Promise<number> } }[] {
    return [...(pool as unknown as { pool: { threads: Set<never> } }).pool.threads];
  }

  async function killThread(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await threads()[0]!.worker.terminate();
  }

  async function read(query: Query, bounds?: Bounds, signal?: AbortSignal): Promise<Taken<object>> {
    const [taken] = await pool.read<object>([query], bounds, signal);
    return taken!;
  }

  it('reads rows within bounds, and says whether there are more', async () => {
    expect(await read(numbers(2))).toEqual({ rows: [{ i: 1 }, { i: 2 }], isCut: false, bytes: 0 });
    expect(await read(numbers(3), { limit: 2 })).toMatchObject({ rows: [{ i: 1 }, { i: 2 }], isCut: true });
    expect(await read(numbers(2), { limit: 2 })).toMatchObject({ isCut: false });
    const text = { text: `SELECT i, hex(zeroblob(500)) AS "text" FROM numbers`, values: [] };
    expect((await read(text, { maxBytes: 3500 })).rows).toHaveLength(3);
    expect((await read(text, { maxBytes: 1 })).rows).toHaveLength(1);
  });

  it('runs the queries of a read one after the other, and tells of each', async () => {
    const results = await pool.read<object>([numbers(1), COUNT, numbers(2)]);
    expect(results.map(({ rows }) => rows.length)).toEqual([1, 1, 2]);
    expect(begun).toEqual([numbers(1).text, COUNT.text, numbers(2).text]);
    expect(slow).toEqual([]);
    options.maxQueryExecutionTime = 1;
    const most = 2_000_000;
    const text = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${most}) SELECT max(i) FROM n`;
    await read({ text, values: [] });
    expect(slow).toEqual([text]);
  });

  it('sees what was committed just before, and nothing else', async () => {
    for (let count = 101; count < 120; count++) {
      writer.exec(`INSERT INTO numbers VALUES (${count}, NULL)`);
      expect((await read(COUNT)).rows).toEqual([{ count }]);
    }
    writer.exec('BEGIN; DELETE FROM numbers');
    expect((await read(COUNT)).rows).toEqual([{ count: 119 }]);
    writer.exec('ROLLBACK');
  });

  // Elsewhere a priority is that of the whole process.
  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux(
    'lets the event loop go before programs, which compute for long, and not before reads',
    async () => {
      const body = `import { getPriority } from 'node:os';
      export const run = () => Promise.resolve(getPriority(0));`;
      const program = { url: new URL(`data:text/javascript,${encodeURIComponent(body)}`) };
      const forPrograms = aPool(1, FOR_PROGRAMS);
      try {
        expect(await pool.run<undefined, number>(program, undefined)).toBe(getPriority(0));
        expect(await forPrograms.run<undefined, number>(program, undefined)).toBe(
          Math.max(getPriority(0), 5),
        );
      } finally {
        await forPrograms.stop();
      }
    },
  );

  it('holds no snapshot any more where a program has said that it reads no more', async () => {
    const body = `import { existsSync } from 'node:fs';
      const toldBy = async (file) => { while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 5)); };
      export async function run(reader, { endReading, end }) {
        const { rows } = await reader.read({ text: 'SELECT count(*) AS count FROM numbers', values: [] });
        await toldBy(endReading);
        reader.endReading();
        await toldBy(end);
        try { await reader.read({ text: 'SELECT 1', values: [] }); } catch ({ message }) { return { rows, message }; }
      }`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(body)}`);
    const { rows } = await read(COUNT);
    writer.pragma('busy_timeout = 0');
    const files = { endReading: join(folder, 'end-reading'), end: join(folder, 'end') };
    const computed = pool.run<typeof files, unknown>({ url }, files);
    /** Whether somebody reads what is older than the end of the log. */
    const isHeld = (): boolean => {
      writer.exec('INSERT INTO numbers VALUES (500, NULL); DELETE FROM numbers WHERE i = 500');
      return (writer.pragma('wal_checkpoint(RESTART)') as { busy: number }[])[0]!.busy === 1;
    };
    while (!isHeld()) await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(files.endReading, '');
    while (isHeld()) await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(files.end, '');
    expect(await computed).toEqual({ rows, message: 'The program has said that it reads no more.' });
  });

  it('cannot write or checkpoint, and passes on what SQLite says', async () => {
    const insert = { text: 'INSERT INTO numbers VALUES (0, NULL) RETURNING i', values: [] };
    await expect(read(insert)).rejects.toMatchObject({ code: 'SQLITE_READONLY' });
    const missing = { text: 'SELECT 1 FROM missing', values: [] };
    await expect(read(missing)).rejects.toMatchObject({
      code: 'SQLITE_ERROR',
      message: 'no such table: missing',
    });
    const checkpoint = { text: 'PRAGMA wal_checkpoint(TRUNCATE)', values: [] };
    await read(checkpoint).catch(() => undefined);
    expect(writer.pragma('wal_checkpoint(NOOP)')).toMatchObject([{ checkpointed: 0 }]);
    expect((await read(COUNT)).rows).toEqual([{ count: 100 }]);
  });

  it('lets the event loop turn while it reads, and others commit', async () => {
    const endless = read(ENDLESS);
    for (let turn = 0; turn < 50; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      writer.exec('INSERT INTO numbers VALUES (0, NULL)');
    }
    expect(pool).toMatchObject({ running: 1, depth: 0 });
    const over = expect(endless).rejects.toMatchObject(UNAVAILABLE);
    await pool.stop();
    await over;
  });

  it('refuses the 65th that waits, and reads all others', async () => {
    const endless = expect(read(ENDLESS)).rejects.toMatchObject(UNAVAILABLE);
    const waiting = Array.from({ length: 64 }, () => read(COUNT));
    expect(pool).toMatchObject({ running: 1, depth: 64 });
    await expect(read(COUNT)).rejects.toMatchObject({
      code: 'read_queue_full',
      status: 503,
      retryAfterSeconds: 1,
    });
    await killThread();
    await endless;
    const results = await Promise.all(waiting);
    expect(results.map(({ rows }) => rows)).toEqual(Array(64).fill([{ count: 100 }]));
    expect(pool).toMatchObject({ running: 0, depth: 0 });
  });

  it('drops what nobody waits for before it is begun, and takes another in its place', async () => {
    const endless = expect(read(ENDLESS)).rejects.toMatchObject(UNAVAILABLE);
    const callers = Array.from({ length: 64 }, () => new AbortController());
    const dropped = callers.map(({ signal }) => expect(read(numbers(1), {}, signal)).rejects.toThrow('gone'));
    for (const caller of callers) caller.abort(new Error('gone'));
    await Promise.all(dropped);
    await expect(read(numbers(1), {}, callers[0]!.signal)).rejects.toThrow('gone');
    expect(pool.depth).toBe(0);
    const next = read(COUNT);
    await killThread();
    await endless;
    expect((await next).rows).toEqual([{ count: 100 }]);
    expect(begun).toEqual([ENDLESS.text, COUNT.text]);
  });

  it('reads to the end what was begun before its caller left', async () => {
    const leaving = new AbortController();
    const running = read(COUNT, {}, leaving.signal);
    leaving.abort();
    expect((await running).rows).toEqual([{ count: 100 }]);
  });

  it('fails what a thread was reading that dies, and nothing else', async () => {
    const fails = expect(read(ENDLESS)).rejects.toMatchObject({ ...UNAVAILABLE, status: 503 });
    const waiting = read(COUNT);
    await killThread();
    await fails;
    expect((await waiting).rows).toEqual([{ count: 100 }]);
    // One that dies while it has nothing to do is not missed.
    await killThread();
    expect((await read(COUNT)).rows).toEqual([{ count: 100 }]);
    expect(threads()).toHaveLength(1);
  });

  it('fails where the file cannot be opened, and reads as soon as it can', async () => {
    await pool.stop();
    const missing = join(folder, 'missing.db');
    pool = new ReaderPool(missing, { logger: { logQuery: () => undefined }, options: {} } as never);
    await expect(read(COUNT)).rejects.toMatchObject({ code: 'SQLITE_CANTOPEN' });
    new Sqlite(missing).exec('CREATE TABLE numbers (i)').close();
    expect((await read(COUNT)).rows).toEqual([{ count: 0 }]);
  });

  it('has as many threads as it may, and only where they are needed', async () => {
    await pool.stop();
    pool = aPool(3);
    expect(threads()).toHaveLength(0);
    for (let count = 0; count < 3; count++) await read(COUNT);
    expect(threads()).toHaveLength(1);
    const reads = [ENDLESS, ENDLESS, COUNT, COUNT].map((query) => read(query));
    const over = Promise.allSettled(reads);
    expect((await reads[3]!).rows).toEqual([{ count: 100 }]);
    expect(threads()).toHaveLength(3);
    expect(pool).toMatchObject({ running: 2, depth: 0 });
    await pool.stop();
    expect((await over).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('ends threads that had nothing to do for a while', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'Date'] });
    try {
      await read(COUNT);
      const [first] = threads();
      jest.advanceTimersByTime(29_000);
      await read(COUNT);
      jest.advanceTimersByTime(29_000);
      expect(threads()).toEqual([first]);
      jest.advanceTimersByTime(1000);
      await first!.end();
      expect(threads()).toEqual([]);
      expect((await read(COUNT)).rows).toEqual([{ count: 100 }]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('starts no thread for a read that came just before it was stopped', async () => {
    const late = expect(read(COUNT)).rejects.toMatchObject(UNAVAILABLE);
    await pool.stop();
    await late;
    expect(threads()).toEqual([]);
  });

  it('stops with what is being read and what waits, and begins nothing more', async () => {
    const ended = [read(ENDLESS), read(COUNT)].map((one) => expect(one).rejects.toMatchObject(UNAVAILABLE));
    await new Promise((resolve) => setImmediate(resolve));
    await pool.stop();
    await Promise.all(ended);
    expect(threads()).toEqual([]);
    await expect(read(COUNT)).rejects.toMatchObject(UNAVAILABLE);
    expect(begun).toEqual([ENDLESS.text]);
  });
});
