import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Database } from '../../src/database/index.js';
import type { CheckpointWorker } from '../../src/database/sqlite/workers/checkpoint-worker.js';
import { SnapshotsService } from '../../src/snapshots/index.js';
import { startService, type TestService } from '../support/service.js';
import { sqliteOf } from '../support/sqlite.js';

const MEGABYTE = 1_048_576;
/** A checkpoint is due from this many pages on; what works in the background may write some more after it. */
const DUE_PAGES = 1000;

let service: TestService;
let snapshots: SnapshotsService;
let onlooker: Sqlite.Database;
beforeEach(async () => {
  service = await startService();
  snapshots = service.app.get(SnapshotsService);
  onlooker = new Sqlite(service.file);
  onlooker.pragma('wal_autocheckpoint = 0');
});
afterEach(async () => {
  onlooker.close();
  await service.destroy();
});

/** How many pages of the log are not in the database. */
function left(): number {
  const [state] = onlooker.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return state!.log - state!.checkpointed;
}

/** How long the log is. */
function pages(): number {
  const [state] = onlooker.pragma('wal_checkpoint(NOOP)') as { log: number }[];
  return state!.log;
}

/** Printable, and not escaped in JSON. */
const LETTERS = Buffer.from(
  Array.from({ length: 94 }, (_, index) => 33 + index).filter((code) => code !== 34 && code !== 92),
);
/** A large text is compressed before it is written: of noise in these letters so much is left, by their entropy. */
const LEFT = Math.log2(LETTERS.length) / 8;

function noise(bytes: number): string {
  return Buffer.from(randomBytes(bytes).map((byte) => LETTERS[byte % LETTERS.length]!)).toString('latin1');
}

/** Writes so much in one commit. A page has 4 KB. */
async function save(megabytes: number): Promise<void> {
  await snapshots.saveSnapshot({ snapshot: { nodes: noise(Math.round((megabytes / LEFT) * MEGABYTE)) } });
}

async function write(megabytes: number): Promise<void> {
  for (let count = 0; count < megabytes; count++) await save(1);
}

function workerOf({ app }: TestService): CheckpointWorker {
  return sqliteOf(app.get(Database))['checkpoints']!['worker'];
}

/** Waits for what the service does by itself. */
async function untilMoved(): Promise<void> {
  while (left() >= DUE_PAGES) await sleep(20);
}

describe('What is committed', () => {
  it('is moved from the log into the database by and by', async () => {
    await write(4);
    // The log begins anew with the first write that comes when nobody reads it, such as what works in the background.
    while (pages() >= DUE_PAGES) {
      await snapshots.saveSnapshot({ snapshot: { nodes: [] } });
      await sleep(20);
    }
    expect(onlooker.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('waits in the log while somebody reads what is older, and is moved when nobody does', async () => {
    const reader = new Sqlite(service.file, { readonly: true });
    reader.exec('BEGIN; SELECT count(*) FROM cluster_snapshots');
    await write(20);
    expect(left()).toBeGreaterThan(4000);
    reader.exec('COMMIT');
    // Nobody has to write for it.
    await untilMoved();
    reader.close();
    expect(onlooker.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  it('does not make the log grow for ever where much is written all the time', async () => {
    let longest = 0;
    const client = async (): Promise<void> => {
      for (let count = 0; count < 15; count++) {
        await save(5);
        longest = Math.max(longest, statSync(`${service.file}-wal`).size);
      }
    };
    await Promise.all([client(), client(), client(), client()]);
    // What it may grow by beside a thread, and the groups before and after.
    expect(longest).toBeLessThan(130 * MEGABYTE);
    // What cannot be compressed takes its time: 300 MB of it, on a slow machine.
  }, 600_000);

  it('is moved before the next write where a checkpoint that was ending has left a long log', async () => {
    const checkpoints = sqliteOf(service.app.get(Database))['checkpoints']!;
    let end: () => void = () => undefined;
    // It has done its work, and has not said so yet.
    checkpoints['ongoing'] = new Promise((resolve) => {
      end = (): void => {
        checkpoints['ongoing'] = undefined;
        resolve();
      };
    });
    for (let count = 0; count < 5; count++) await save(13);
    const next = snapshots.saveSnapshot({ snapshot: { nodes: [] } });
    end();
    await next;
    const [state] = onlooker.pragma('wal_checkpoint(NOOP)') as { log: number }[];
    expect(state!.log).toBeLessThan(DUE_PAGES);
  });

  it('is moved on the event loop where the thread fails, and in a thread again', async () => {
    const worker = workerOf(service);
    const checkpoint = jest.spyOn(worker, 'checkpoint').mockResolvedValueOnce('gone');
    checkpoint.mockRejectedValueOnce(new Error('no thread can be started'));
    for (let runs = 1; runs <= 3; runs++) {
      while (checkpoint.mock.calls.length < runs) await save(1);
      await untilMoved();
    }
    expect(await checkpoint.mock.results[2]!.value).toBe('done');
  });

  it('is acknowledged where no thread can be had and somebody reads what is older', async () => {
    const worker = workerOf(service);
    const checkpoint = jest.spyOn(worker, 'checkpoint').mockResolvedValue('gone');
    const reader = new Sqlite(service.file, { readonly: true });
    reader.exec('BEGIN; SELECT count(*) FROM cluster_snapshots');
    await save(1);
    for (let count = 0; count < 6; count++) await save(13);
    expect(pages()).toBeGreaterThan(17_000);
    reader.close();
    checkpoint.mockRestore();
    await untilMoved();
  });

  it('is moved by one checkpoint at a time, where the time of the next attempt comes beside a write', async () => {
    const worker = workerOf(service);
    let [running, most] = [0, 0];
    const run = worker.checkpoint.bind(worker);
    jest.spyOn(worker, 'checkpoint').mockImplementation(async (...order) => {
      most = Math.max(most, ++running);
      return run(...order).finally(() => running--);
    });
    const reader = new Sqlite(service.file, { readonly: true });
    reader.exec('BEGIN; SELECT count(*) FROM cluster_snapshots');
    await write(20);
    const end = Date.now() + 6000;
    // Another attempt is due meanwhile.
    while (Date.now() < end) await snapshots.saveSnapshot({ snapshot: { nodes: [] } });
    reader.close();
    await untilMoved();
    expect(most).toBe(1);
  });

  it('is in the database when the service stops while a long log is moved', async () => {
    onlooker.close();
    await save(13);
    const database = service.app.get(Database);
    await database.onApplicationShutdown();
    expect(sqliteOf(database)['checkpoints']!['ongoing']).toBeUndefined();
    expect(existsSync(`${service.file}-wal`)).toBe(false);
    const handle = new Sqlite(service.file, { readonly: true });
    expect(handle.prepare('SELECT count(*) FROM cluster_snapshots').pluck().get()).toBe(1);
    expect(handle.pragma('quick_check', { simple: true })).toBe('ok');
    handle.close();
  });
});
