import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Maintenance } from './maintenance.js';
import type { Progress } from './maintenance-thread.js';

const STOPPED = { code: 'database_unavailable' };

describe('Maintenance', () => {
  let folder: string;
  let file: string;
  let copies: number;
  let maintenance: Maintenance;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    file = join(folder, 'served.db');
    copies = 0;
    maintenance = new Maintenance();
    const handle = new Sqlite(file);
    handle.exec(`CREATE TABLE events (summary text);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
      INSERT INTO events SELECT hex(randomblob(400)) FROM n`);
    handle.close();
  });
  afterEach(async () => {
    await maintenance.stop();
    rmSync(folder, { recursive: true });
  });

  /** A task that takes a while, with what tells that it has begun. */
  function copy(signal?: AbortSignal): {
    target: string;
    begun: Promise<Progress>;
    done: Promise<unknown>;
  } {
    const target = join(folder, `copy-${++copies}.db`);
    writeFileSync(target, '');
    let done: Promise<unknown> = Promise.resolve();
    const begun = new Promise<Progress>((onProgress) => {
      const input = { source: file, copy: target, packed: undefined };
      done = maintenance.run('copy', input, { signal, onProgress });
    });
    return { target, begun, done };
  }

  const count = (signal?: AbortSignal): Promise<unknown> =>
    maintenance.run('count', { file, tables: ['events'] }, { signal });

  it('does one task after the other', async () => {
    const order: string[] = [];
    await Promise.all([
      copy().done.then(() => order.push('copy')),
      count().then(() => order.push('count')),
      maintenance.run('check', file).then(() => order.push('check')),
    ]);
    expect(order).toEqual(['copy', 'count', 'check']);
  });

  it('passes on what a task returns and throws, with its code, and goes on', async () => {
    expect(await count()).toEqual({ events: 30_000 });
    const missing = maintenance.run('count', { file: join(folder, 'missing.db'), tables: [] });
    await expect(missing).rejects.toMatchObject({ code: 'SQLITE_CANTOPEN' });
    expect(await maintenance.run('check', file)).toBeUndefined();
  });

  it('ends a task early: when it says so, the thread has closed its files', async () => {
    const stopping = new AbortController();
    const { begun, done } = copy(stopping.signal);
    const next = count();
    expect(await begun).toMatchObject({ step: 'copy' });
    stopping.abort();
    await expect(done).rejects.toMatchObject(STOPPED);
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(await next).toEqual({ events: 30_000 });
  });

  it('lets a task go that waits, without waiting for those before it', async () => {
    const stopping = new AbortController();
    let isOver = false;
    const first = copy();
    const over = first.done.then(() => (isOver = true));
    const waiting = count(stopping.signal);
    await first.begun;
    stopping.abort();
    await expect(waiting).rejects.toMatchObject(STOPPED);
    await expect(count(stopping.signal)).rejects.toMatchObject(STOPPED);
    expect(isOver).toBe(false);
    await over;
  });

  it('stops with what is being done and what waits, and begins nothing more', async () => {
    const first = copy();
    const ended = [first.done, count()].map((task) => expect(task).rejects.toMatchObject(STOPPED));
    await first.begun;
    await maintenance.stop();
    await Promise.all(ended);
    await expect(count()).rejects.toMatchObject(STOPPED);
  });
});
