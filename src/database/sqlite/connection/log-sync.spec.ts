import { mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { LogSync } from './log-sync.js';

const IO_ERROR = new Sqlite.SqliteError('disk I/O error', 'SQLITE_IOERR_FSYNC');

describe('The sync of the log', () => {
  let folder: string;
  let file: string;
  let writer: SqliteHandle;
  let sync: LogSync;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'jarvis-memory-test-'));
    file = join(folder, 'a.db');
    writer = new Sqlite(file);
    writer.pragma('journal_mode = WAL');
    writer.pragma('synchronous = FULL');
    writer.exec('CREATE TABLE numbers (number)');
    sync = new LogSync(writer, file);
  });
  afterEach(() => {
    writer.close();
    rmSync(folder, { recursive: true });
  });

  const setting = (): unknown => writer.pragma('synchronous', { simple: true });
  const writtenAt = (): bigint => statSync(`${file}-wal`, { bigint: true }).mtimeNs;
  const count = (): unknown => writer.prepare('SELECT count(*) FROM numbers').pluck().get();

  it('is what SQLite says, and is told as it will be again after an asynchronous transaction', () => {
    for (const isAsynchronous of [true, true, false, true, false]) {
      sync.setAsynchronous(isAsynchronous);
      expect(setting()).toBe(isAsynchronous ? 1 : 2);
      expect(sync.synchronous).toBe(2);
    }
    writer.pragma('synchronous = OFF');
    expect(sync.synchronous).toBe(0);
  });

  it('leaves the log alone where no sync has failed', () => {
    const before = writtenAt();
    sync.failed(new Sqlite.SqliteError('database or disk is full', 'SQLITE_FULL'));
    sync.failed(new Error('of a unit'));
    sync.writeAgainInDoubt();
    expect(sync.isInDoubt).toBe(false);
    expect(writtenAt()).toBe(before);
  });

  it('is in doubt after an error of the disk, whoever meets it', () => {
    sync.failed(Object.assign(new Error('i/o error, fdatasync'), { code: 'EIO' }));
    expect(sync.isInDoubt).toBe(true);
    sync.writeAgainInDoubt();
    expect(sync.isInDoubt).toBe(false);
  });

  it('ends only when what was committed meanwhile is synced too', async () => {
    for (let times = 0; times < 3; times++) {
      sync.setAsynchronous(true);
      writer.exec('INSERT INTO numbers VALUES (1)');
      sync.committed();
    }
    await sync.stop();
    expect(sync).toMatchObject({ isSyncDue: false, syncing: undefined });
  });

  it('writes the log once more after a sync that failed, with the write lock held', () => {
    for (let number = 0; number < 3000; number++) writer.exec(`INSERT INTO numbers VALUES (${number})`);
    const before = writtenAt();
    sync.failed(IO_ERROR);
    writer.exec('BEGIN IMMEDIATE');
    sync.writeAgainInDoubt();
    writer.exec('INSERT INTO numbers VALUES (-1); COMMIT');
    expect(sync.isInDoubt).toBe(false);
    expect(writtenAt()).toBeGreaterThan(before);
    expect(count()).toBe(3001);
  });

  it('says that the disk does not take it, for as long as it does not', () => {
    sync.failed(IO_ERROR);
    renameSync(`${file}-wal`, `${file}-away`);
    for (let times = 0; times < 2; times++)
      expect(() => {
        sync.writeAgainInDoubt();
      }).toThrow(expect.objectContaining({ code: 'database_unavailable' }));
    renameSync(`${file}-away`, `${file}-wal`);
    sync.writeAgainInDoubt();
    expect(sync.isInDoubt).toBe(false);
  });
});
