import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Database } from '../../src/database/index.js';
import { FileLock, readLockState } from '../../src/database/sqlite/file/lock.js';
import { startBuilt, type BuiltProgram } from '../support/built.js';
import { temporaryFolder } from '../support/service.js';

let folder: string;
let file: string;
const open: Database[] = [];
const programs: BuiltProgram[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'jarvis.db');
});
afterEach(async () => {
  for (const database of open.splice(0)) await database.onApplicationShutdown();
  for (const program of programs.splice(0)) await program.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function openHere(path = file, log: string[] = []): Promise<Database> {
  const take = (message: unknown): void => void log.push(String(message));
  const database = await Database.open({ file: path, logger: { log: take, warn: take, error: take } });
  open.push(database);
  return database;
}

const isInUse = (path: string): boolean => readLockState(path).holder !== undefined;

async function startProgram(): Promise<BuiltProgram> {
  const program = await startBuilt({ DB_PATH: file, JARVIS_PASSWORD: 'the password of this test' });
  programs.push(program);
  return program;
}

const inUse = (pid: unknown = expect.any(Number)): object =>
  expect.objectContaining({ code: 'DATABASE_IN_USE', file: expect.stringContaining('jarvis.db'), pid });

describe('Two on one file', () => {
  it('are refused in one process; the first goes on, and lets the file go when it closes', async () => {
    const first = await openHere();
    await expect(openHere()).rejects.toEqual(inUse(process.pid));
    await first.write((manager) => manager.query(`INSERT INTO preferences VALUES ('a', 'b', '2026')`));
    await first.onApplicationShutdown();
    expect((await (await openHere()).status()).status).toBe('up');
  });

  it('are refused under two names of the file, and when they start at the same moment', async () => {
    symlinkSync('jarvis.db', join(folder, 'link.db'));
    const starts = await Promise.allSettled([openHere(), openHere(), openHere(join(folder, 'link.db'))]);
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(readdirSync(folder).filter((name) => name.startsWith('link.db'))).toEqual(['link.db']);
  });

  it('are refused across processes, until the first is killed; then the file is free at once', async () => {
    const program = await startProgram();
    await expect(openHere()).rejects.toEqual(inUse(program.process.pid));
    await expect(openHere()).rejects.toThrow(
      `Another process (${String(program.process.pid)}) has the database`,
    );
    expect(isInUse(file)).toBe(true);
    expect(() => FileLock.take(file)).toThrow(/has the database/);
    expect((await fetch(`${program.url}/api/health`)).status).toBe(200);
    await program.end('SIGKILL');

    expect(isInUse(file)).toBe(false);
    const log: string[] = [];
    expect((await (await openHere(file, log)).status()).status).toBe('up');
    expect(log.join('\n')).toMatch(
      new RegExp(`last process \\(${String(program.process.pid)}\\) did not close the database.* ago, at 2`),
    );
  });

  it('end the second program with its own exit code and one line that says why', async () => {
    await openHere();
    const second = spawn(process.execPath, [join(process.cwd(), 'dist/src/main.js')], {
      env: {
        PATH: process.env['PATH'],
        DB_PATH: file,
        PORT: '1',
        JARVIS_PASSWORD: 'the password of this test',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    second.stderr.on('data', (chunk) => (errors += String(chunk)));
    const [code] = (await once(second, 'exit')) as [number];
    expect(code).toBe(3);
    expect(errors).toContain(`(${process.pid}) has the database ${file}`);
  });
});

describe('The end of a process', () => {
  it('is not spoken of where it was a proper one', async () => {
    await (await openHere()).onApplicationShutdown();
    const log: string[] = [];
    await openHere(file, log);
    expect(log.join('\n')).not.toMatch(/did not close/);
  });

  it('is not forgotten by a start that fails', async () => {
    const program = await startProgram();
    await program.end('SIGKILL');
    const handle = new Sqlite(file);
    handle.exec("INSERT INTO memory_migrations (timestamp, name) VALUES (9, 'FromTheFuture9')");
    expect((await (await openHere()).status()).status).toBe('down');
    handle.exec("DELETE FROM memory_migrations WHERE name = 'FromTheFuture9'");
    handle.close();
    const log: string[] = [];
    await openHere(file, log);
    expect(log.join('\n')).toMatch(/did not close/);
  });
});

describe('The lock', () => {
  it('leaves no other file than itself, and stays for the next', async () => {
    const database = await openHere();
    expect(readdirSync(folder).filter((name) => name.includes('.lock'))).toEqual(['jarvis.db.lock']);
    await database.onApplicationShutdown();
    expect(readdirSync(folder)).toEqual(['jarvis.db', 'jarvis.db.lock']);
    expect(isInUse(file)).toBe(false);
  });

  it('is made anew where it is damaged', async () => {
    writeFileSync(`${file}.lock`, 'no lock at all '.repeat(500));
    expect((await (await openHere()).status()).status).toBe('up');
    await expect(openHere()).rejects.toEqual(inUse());
  });

  it('is held by whoever replaces the file, and keeps a start out meanwhile', async () => {
    const lock = FileLock.take(file);
    lock.begin();
    await expect(openHere()).rejects.toEqual(inUse());
    lock.release();
    lock.release();
    expect((await (await openHere()).status()).status).toBe('up');
  });

  it('does without where none can be made, and says so', async () => {
    await (await openHere()).onApplicationShutdown();
    rmSync(`${file}.lock`);
    chmodSync(file, 0o644);
    chmodSync(folder, 0o555);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    const log: string[] = [];
    try {
      await openHere(file, log);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o755);
    }
    expect(log.join('\n')).toMatch(/No lock can be made/);
  });
});
