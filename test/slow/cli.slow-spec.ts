import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { Database } from '../../src/database/index.js';
import { aMessage, anEvent } from '../factories/index.js';
import { COMMANDS, runCli, startCli } from '../support/cli.js';
import { startService, temporaryFolder } from '../support/service.js';

/** Logs every module that is imported, as its URL, to stderr. */
const LOG_IMPORTS = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
    `import { register } from 'node:module';
     register('data:text/javascript,' + encodeURIComponent(\`export async function resolve(specifier, context, next) {
       const found = await next(specifier, context);
       process._rawDebug('import ' + found.url);
       return found;
     }\`));`,
  )}`,
};

function change(file: string, sql: string): void {
  const handle = new Sqlite(file, { fileMustExist: true });
  handle.exec(sql);
  handle.close();
}

/** A memory with a little in it, closed in order. */
async function aMemory(folder: string): Promise<string> {
  const service = await startService({ folder });
  await service
    .call('post', '/memory/events')
    .send(anEvent({ details: { a: [1] } }))
    .expect(201);
  await service.call('post', '/memory/conversations').send(aMessage()).expect(201);
  await service
    .call('post', '/memory/snapshots')
    .send({ snapshot: { quorate: true } })
    .expect(201);
  await service.stop();
  return service.file;
}

describe('jarvis-memory', () => {
  it.each(COMMANDS)('shows examples of %s', async (command) => {
    const { code, stdout, stderr } = await runCli([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Examples?:\n {2}.*jarvis-memory /);
  });

  it.each([
    [['forget'], /unknown command 'forget'/],
    [['backup', '--fast'], /unknown option '--fast'/],
    [['backup', '--to'], /argument missing/],
    [['check', 'a', 'b'], /too many arguments/],
    [['restore'], /missing required argument/],
  ])('refuses %j with one line and 1', async (args, says) => {
    const { code, stdout, stderr } = await runCli(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(says);
  });

  it('says which variable is wrong', async () => {
    const { code, stderr } = await runCli(['backup'], { BACKUP_KEEP: 'many' });
    expect(code).toBe(1);
    expect(stderr).toContain('BACKUP_KEEP');
    expect(stderr).not.toContain('    at ');
  });

  it('loads neither Nest nor TypeORM for what does not serve', async () => {
    const home = await temporaryFolder();
    const file = await aMemory(home);
    for (const args of [['--help'], ['check', file], ['backup', '--quiet']]) {
      const { code, stderr } = await runCli(args, { ...LOG_IMPORTS, DB_PATH: file });
      expect(code).toBe(0);
      expect(stderr).toContain('import file:');
      expect(stderr).not.toMatch(/@nestjs|typeorm|express/);
    }
    await rm(home, { recursive: true });
  });
});

describe('jarvis-memory check', () => {
  let home: string;
  let file: string;

  beforeEach(async () => {
    home = await temporaryFolder();
    file = await aMemory(home);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const check = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['check', ...args], { DB_PATH: file });

  it('finds a memory in order, and counts what it holds', async () => {
    const { code, stdout, stderr } = await check();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`${file}: in order\n`);
    for (const table of ['events', 'conversations', 'cluster_snapshots']) {
      expect(stdout).toContain(`  ${table}: 1 rows\n`);
    }
    expect(await check('--quiet')).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('writes nothing, neither into the file nor beside it', async () => {
    const [bytes, names, { mtimeMs }] = await Promise.all([readFile(file), readdir(home), stat(file)]);
    await check();
    expect(await readdir(home)).toEqual(names);
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  });

  it('sees what is in the write-ahead log of a killed service, and leaves it there', async () => {
    const killed = await Database.open({ file, logger: false });
    await killed.write((manager) =>
      manager.query(`INSERT INTO events (timestamp, type, source, summary)
        VALUES ('2026-11-22T20:15:00.123Z', 'metric', 'monitor', 'in the log alone')`),
    );
    await copyFile(file, `${file}.killed`);
    await copyFile(`${file}-wal`, `${file}-wal.killed`);
    await killed.onApplicationShutdown();
    for (const part of ['', '-wal']) await rename(`${file}${part}.killed`, `${file}${part}`);
    const [bytes, log] = [await readFile(file), await readFile(`${file}-wal`)];
    const { code, stdout } = await check();
    expect(code).toBe(0);
    expect(stdout).toContain('  events: 2 rows\n');
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect((await readFile(`${file}-wal`)).equals(log)).toBe(true);
  });

  it.each([
    [`UPDATE events SET timestamp = '2026-11-22 20:15:00'`, 'events.timestamp'],
    [`UPDATE events SET details = '{"a":'`, 'events.details'],
    [`UPDATE cluster_snapshots SET snapshot = '[1'`, 'cluster_snapshots.snapshot'],
    [`UPDATE conversation_sessions SET message_count = 2`, 'conversation_sessions'],
    [
      `UPDATE conversation_sessions SET last_message_at = '2030-01-01T00:00:00.000Z'`,
      'conversation_sessions',
    ],
    ['DELETE FROM conversation_sessions', 'conversation_sessions'],
    ['UPDATE conversation_usage SET cost = cost + 1', 'conversation_usage'],
    ['DELETE FROM conversation_usage', 'conversation_usage'],
    ['UPDATE event_counts SET warnings = warnings + 1', 'event_counts'],
    ['DROP TRIGGER event_counts_on_delete; DELETE FROM events', 'event_counts'],
    ['DROP TRIGGER conversation_usage_on_delete; DELETE FROM conversations', 'conversation_usage'],
    ['DROP TRIGGER conversation_sessions_on_delete; DELETE FROM conversations', 'conversation_sessions'],
    [
      `PRAGMA foreign_keys = OFF; CREATE TABLE actions (event_id integer REFERENCES events (id)); INSERT INTO actions VALUES (99)`,
      'actions: 1 rows refer to events',
    ],
  ])('notices %s', async (sql, says) => {
    change(file, sql);
    const { code, stdout } = await check('--quiet');
    expect(code).toBe(2);
    expect(stdout).toContain(`${file}: NOT in order`);
    expect(stdout).toContain(says);
  });

  it('takes plain text of the first backend for what it is', async () => {
    change(file, `UPDATE events SET details = 'just text'`);
    const { code, stdout } = await check();
    expect(code).toBe(0);
    expect(stdout).toContain('events.details: plain text of an earlier program');
  });

  it('notices damaged pages', async () => {
    const bytes = await readFile(file);
    for (let page = 2; page * 4096 < bytes.length; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 64);
    await writeFile(file, bytes);
    const { code, stdout, stderr } = await check();
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toContain('NOT in order');
  });

  it.each(['These are the notes of somebody.\n'.repeat(50), 'SQLite format 3\0' + 'x'.repeat(5000)])(
    'calls what is no database not in order',
    async (content) => {
      await writeFile(file, content);
      expect(await check()).toMatchObject({ code: 2, stderr: '' });
      expect(await readFile(file, 'utf8')).toBe(content);
    },
  );

  it('cannot check what is missing, or is a folder, and makes nothing', async () => {
    const missing = join(home, 'none', 'jarvis.db');
    expect(await check(missing)).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(join(home, 'none'))).toBe(false);
    expect(await check(home)).toMatchObject({ code: 1, stdout: '' });
  });

  it('cannot judge what is of a newer version or of another program', async () => {
    change(
      file,
      `INSERT INTO memory_migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    const newer = await check();
    expect(newer).toMatchObject({ code: 1, stdout: '' });
    expect(newer.stderr).toContain('newer version');
    const other = join(home, 'other.db');
    new Sqlite(other).exec('CREATE TABLE songs (title text)').close();
    expect(await check(other)).toMatchObject({ code: 1, stdout: '' });
  });

  it('reads compressed files, and notices one that was cut or changed', async () => {
    const packed = join(home, 'backup.db.gz');
    const bytes = gzipSync(await readFile(file));
    await writeFile(packed, bytes);
    expect(await check(packed)).toMatchObject({ code: 0, stderr: '' });
    await writeFile(packed, bytes.subarray(0, bytes.length / 2));
    expect(await check(packed)).toMatchObject({ code: 2, stderr: '' });
    bytes[bytes.length >> 1]! ^= 0xff;
    await writeFile(packed, bytes);
    expect(await check(packed)).toMatchObject({ code: 2, stderr: '' });
  });
});

describe('jarvis-memory backup', () => {
  let home: string;
  let file: string;

  beforeEach(async () => {
    home = await temporaryFolder();
    file = await aMemory(home);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const backup = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['backup', ...args], { DB_PATH: file });

  it('goes into the backup folder, and prints nothing but where it is', async () => {
    const { code, stdout, stderr } = await backup();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\/.*\/backups\/jarvis-[\dTZ-]+-manual\.db\n$/);
    expect(stderr).toMatch(/^Copying/);
    expect(await runCli(['check', stdout.trim()])).toMatchObject({ code: 0 });
  });

  it('goes into a folder, or into a new file, compressed where it is asked to be', async () => {
    const folder = join(home, 'nas/');
    const inFolder = await backup('--gzip', '--to', folder, '-q');
    expect(inFolder).toMatchObject({ code: 0, stderr: '' });
    expect(inFolder.stdout).toMatch(/\/nas\/jarvis-[\dTZ-]+-manual\.db\.gz\n$/);
    for (const name of ['a.db', 'b.db.gz']) {
      expect(await backup('--to', join(home, name), '-q')).toEqual({
        code: 0,
        signal: null,
        stdout: `${join(home, name)}\n`,
        stderr: '',
      });
    }
    expect((await readFile(join(home, 'a.db'))).subarray(0, 15).toString()).toBe('SQLite format 3');
    expect(
      gunzipSync(await readFile(join(home, 'b.db.gz')))
        .subarray(0, 15)
        .toString(),
    ).toBe('SQLite format 3');
  });

  it('overwrites nothing', async () => {
    const there = join(home, 'there.db');
    await writeFile(there, 'precious');
    expect(await backup('--to', there)).toMatchObject({ code: 1, stdout: '' });
    expect(await readFile(there, 'utf8')).toBe('precious');
  });

  it('makes no database where there is none', async () => {
    const missing = join(home, 'none', 'jarvis.db');
    const { code, stdout, stderr } = await runCli(['backup'], { DB_PATH: missing });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(missing);
    expect(existsSync(join(home, 'none'))).toBe(false);
  });

  it('fails where the folder cannot be used, with one line', async () => {
    await writeFile(join(home, 'backups'), 'in the way');
    const { code, stdout, stderr } = await backup();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('makes no backup of a damaged database', async () => {
    const bytes = await readFile(file);
    for (let page = 2; page * 4096 < bytes.length; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 64);
    await writeFile(file, bytes);
    expect(await backup('-q')).toMatchObject({ code: 1, stdout: '' });
    expect(await readdir(join(home, 'backups'))).toEqual([]);
  });

  it('leaves the database and its folder as they were', async () => {
    const [bytes, names] = [await readFile(file), await readdir(home)];
    await backup('--to', join(home, 'backups/'));
    expect(await readdir(home)).toEqual([...names, 'backups'].sort());
    expect((await readFile(file)).equals(bytes)).toBe(true);
  });

  it.each([['SIGKILL'], ['SIGTERM'], ['SIGINT']] as const)(
    'leaves no file with the name of a backup when it meets %s at any moment',
    async (signal) => {
      change(
        file,
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
         INSERT INTO events (timestamp, type, source, summary)
         SELECT '2026-11-22T20:15:00.123Z', 'metric', 'monitor', hex(randomblob(400)) FROM n`,
      );
      const folder = join(home, 'backups');
      await mkdir(folder);
      const seen = new Set<string>();
      for (const delay of [0, 10, 40, 100, 200, 350]) {
        const run = startCli(['backup', '--gzip', '-q'], { DB_PATH: file });
        const isAtWork = async (): Promise<boolean> =>
          (await readdir(folder)).some((name) => name.includes(`.${String(run.process.pid)}-`));
        while (run.process.exitCode === null && !(await isAtWork())) {
          await sleep(1);
        }
        await sleep(delay);
        run.process.kill(signal);
        const { stdout } = await run.done;
        const left = await readdir(folder);
        left.forEach((name) => seen.add(name.replace(/^.*?Z/, '').replace(/\d+-[0-9a-f]+/, 'id')));
        for (const name of left.filter((one) => /\.gz$|\.db$/.test(one))) {
          expect(stdout).toContain(name);
          expect(await runCli(['check', '-q', join(folder, name)])).toMatchObject({ code: 0 });
          await rm(join(folder, name));
        }
        if (signal !== 'SIGKILL') expect(await readdir(folder)).toEqual([]);
      }
      if (signal === 'SIGKILL') expect([...seen].some((name) => name.endsWith('.part'))).toBe(true);
      const { stdout } = await backup('-q');
      expect(await readdir(folder)).toEqual([stdout.trim().split('/').at(-1)]);
    },
  );
});
