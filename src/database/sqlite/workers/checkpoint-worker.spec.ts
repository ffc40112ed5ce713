import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { programUrl } from '../../program-url.js';
import { CheckpointWorker } from './checkpoint-worker.js';

let folder: string;
let handle: Sqlite.Database;
let descriptor: number;
let worker: CheckpointWorker;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jarvis-checkpoint-'));
  const file = join(folder, 'memory.db');
  handle = new Sqlite(file);
  handle.pragma('journal_mode = WAL');
  handle.pragma('wal_autocheckpoint = 0');
  handle.exec('CREATE TABLE texts (text TEXT)');
  descriptor = openSync(file, 'r');
  worker = new CheckpointWorker({ file, descriptor });
});
afterEach(async () => {
  jest.useRealTimers();
  await worker.stop();
  handle.close();
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

function write(): void {
  handle.prepare('INSERT INTO texts VALUES (?)').run('x'.repeat(100_000));
}

/** How many pages of the log are not in the database. */
function left(): number {
  const [state] = handle.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
  return state!.log - state!.checkpointed;
}

describe('The thread of checkpoints', () => {
  it('moves what is in the log, one checkpoint after the other', async () => {
    for (const order of ['once', 'all', 'once'] as const) {
      write();
      expect(left()).toBeGreaterThan(20);
      expect(await worker.checkpoint(order)).toBe('done');
      expect(left()).toBe(0);
    }
  });

  it('says where a reader of an older snapshot is in the way', async () => {
    const reader = new Sqlite(join(folder, 'memory.db'), { readonly: true });
    reader.exec('BEGIN; SELECT count(*) FROM texts');
    write();
    expect(await worker.checkpoint('all')).toBe('later');
    reader.close();
    expect(await worker.checkpoint('all')).toBe('done');
    expect(left()).toBe(0);
  });

  it('says that it is gone, and another one is started', async () => {
    write();
    await worker.checkpoint('once');
    write();
    void worker['worker']!.terminate();
    expect(await worker.checkpoint('once')).toBe('gone');
    expect(await worker.checkpoint('once')).toBe('done');
    expect(left()).toBe(0);
  });

  it('says that it is to be tried later where the file cannot be opened', async () => {
    const broken = new CheckpointWorker({ file: folder, descriptor: -1 });
    expect(await broken.checkpoint('once')).toBe('later');
    await broken.stop();
  });

  it('takes a checkpoint while the thread before it ends', async () => {
    write();
    await worker.checkpoint('once');
    write();
    const stopped = worker.stop();
    expect(await worker.checkpoint('once')).toBe('done');
    expect(left()).toBe(0);
    await stopped;
  });

  it('ends where there is nothing to do, and begins again', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    await worker.checkpoint('once');
    jest.advanceTimersByTime(60_000);
    expect(worker['worker']).toBeUndefined();
    await worker['exited'];
    write();
    expect(await worker.checkpoint('once')).toBe('done');
    expect(left()).toBe(0);
  });

  it('keeps a command alive that waits for it and for its end, and no other', () => {
    write();
    const program = join(folder, 'command.mjs');
    writeFileSync(
      program,
      `import { CheckpointWorker } from '${programUrl(import.meta.url, './checkpoint-worker.js').href}';
      const worker = new CheckpointWorker({ file: '${join(folder, 'memory.db')}', descriptor: 0 });
      const result = await worker.checkpoint('once');
      if (process.argv[2] === 'stop') await worker.stop();
      console.log(result);`,
    );
    for (const what of ['stop', 'leave'])
      expect(execFileSync(process.execPath, [program, what], { encoding: 'utf8' })).toBe('done\n');
  });
});
