import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { migrations } from '../migrations/sqlite/index.js';
import { KEPT_TABLES } from '../src/database/copy/kept-tables.js';
import { SECRETS_BESIDE_FILE } from '../src/auth/index.js';
import { fillArchive } from '../src/database/sqlite/copy/archive.js';
import { withSqliteSource } from '../src/database/sqlite/copy/source.js';
import { makeByMigrations } from '../src/database/sqlite/file/migrator.js';
import { HealthIndicators, Measures, type HealthStatus } from '../src/observability/health-indicators.js';
import { backupName } from '../src/operations/backups/backup-folder.js';
import { BackupSchedule } from '../src/operations/backups/backup-schedule.js';
import { BackupTurns } from '../src/operations/backups/backup-turns.js';
import { aMessage, anEvent, aSnapshot } from './factories/index.js';
import { aKey } from './factories/keys.js';
import { expectProblem } from './factories/problem.js';
import { runCli, startCli, type CliResult } from './support/cli.js';
import { createDatabase, type TestDatabase } from './support/postgres/index.mjs';
import { canMount, SmallDisk } from './support/small-disk.js';
import { PASSWORD, startService, temporaryFolder, type TestService } from './support/service.js';

const NAME = /^jarvis-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(-manual)?\.db(\.gz)?$/;
const OLD = '2020-01-01T03:30:00.000Z';
const PATHS = ['/memory/events', '/memory/conversations', '/memory/snapshots/latest', '/memory/preferences'];

/** The secrets of the service are kept with its memory, as nothing else gives them. */
const start = (folder: string, environment: Record<string, string>): Promise<TestService> =>
  startService({ folder, environment: { JWT_SECRET: undefined, ...environment } });

const as = (service: TestService, credential: string) => (path: string) =>
  service.callAnonymously('get', path).set('Authorization', `Bearer ${credential}`);

async function logIn(service: TestService): Promise<string> {
  const { body } = await service.callAnonymously('post', '/auth/login').send({ password: PASSWORD });
  return body.token as string;
}

function inFile<T>(file: string, query: string): T[] {
  const handle = new Sqlite(file, { readonly: true });
  try {
    return handle.prepare<[], T>(query).pluck().all();
  } finally {
    handle.close();
  }
}

describe('A backup of a memory in PostgreSQL', () => {
  let folder: string;
  let database: TestDatabase;
  let backup: string;
  let token: string;
  let revoked: string;
  /** The tables of the memory, each with its rows and its digest. */
  let expected: string[];
  const answers = new Map<string, string>();
  const made: TestDatabase[] = [];
  const file = (name: string): string => join(folder, name);
  const empty = async (): Promise<TestDatabase> => {
    const one = await createDatabase();
    made.push(one);
    return one;
  };
  const restore = (to: Record<string, string>, ...args: string[]): Promise<CliResult> =>
    runCli(['restore', '-q', ...args], to);
  /** What a move prints of a memory. */
  let moves = 0;
  const tablesOf = async (place: string): Promise<string[]> => {
    const to = file(`moved-${++moves}.db`);
    const { code, stdout } = await runCli(['move', '-q', '--from', place, '--to', to]);
    expect(code).toBe(0);
    return stdout.split('\n').filter((line) => /^\w+ +\d+ +\d+ +[0-9a-f]{16}/.test(line));
  };
  const expectServed = async (environment: Record<string, string>): Promise<void> => {
    const service = await start(file('elsewhere'), environment);
    try {
      for (const [path, text] of answers) {
        const found = await as(service, token)(path).expect(200);
        expect(found.text).toBe(text);
      }
      await as(service, revoked)('/memory/events').expect(401);
    } finally {
      await service.stop();
    }
  };

  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await createDatabase();
    made.push(database);
    const service = await start(file('home'), { DATABASE_URL: database.url });
    for (const summary of ['one', 'two', 'three'])
      await service.call('post', '/memory/events').send(anEvent({ summary })).expect(201);
    await service.call('post', '/memory/conversations').send(aMessage()).expect(201);
    await service.call('post', '/memory/snapshots').send({ snapshot: aSnapshot() }).expect(201);
    for (const value of ['dark', 'light'])
      await service.call('put', '/memory/preferences/ui.theme').send({ value }).expect(200);
    await service.call('post', '/auth/keys').send({ name: 'monitor', role: 'writer' }).expect(201);
    [token, revoked] = [await logIn(service), await logIn(service)];
    await service
      .callAnonymously('post', '/auth/logout')
      .set('Authorization', `Bearer ${revoked}`)
      .expect(204);
    for (const path of PATHS) answers.set(path, (await as(service, token)(path).expect(200)).text);
    await service.stop();
    backup = file('kept.db.gz');
    const { code, stdout, stderr } = await runCli(['backup', '-q', '--to', backup], {
      DATABASE_URL: database.url,
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${backup}\n`, stderr: '' });
    expected = await tablesOf(database.url);
    expect(expected).toHaveLength(KEPT_TABLES.length);
  });
  afterAll(async () => {
    for (const one of made) await one.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is in order, and can be read by its owner alone', async () => {
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(await runCli(['check', backup])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('  events: 3 rows\n'),
    });
  });

  it('is restored into an empty PostgreSQL, with all that gives access', async () => {
    const fresh = await empty();
    const { code, stdout, stderr } = await restore({ DATABASE_URL: fresh.url }, backup);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('both hold the same');
    expect(stdout).toMatch(/^1 +monitor +writer/m);
    expect(stdout).not.toContain(new URL(fresh.url).password);
    expect(await tablesOf(fresh.url)).toEqual(expected);
    await expectServed({ DATABASE_URL: fresh.url });
  });

  it('is restored into a file, whose secrets lie beside it, and from a backup of that into PostgreSQL', async () => {
    const path = file('back.db');
    expect(await restore({ DB_PATH: path }, backup)).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['jwt-secret', 'password-hash'])
      expect(statSync(`${path}.${name}`).mode & 0o777).toBe(0o600);
    expect(inFile(path, 'SELECT name FROM secrets')).toEqual([]);
    expect(readFileSync(path).includes(readFileSync(`${path}.jwt-secret`, 'utf8').trim())).toBe(false);
    expect(await tablesOf(path)).toEqual(expected);
    // A backup of a file has no secrets: they may be kept beside it, under its name.
    const second = file('second.db');
    expect(await runCli(['backup', '-q', '--to', second], { DB_PATH: path })).toMatchObject({ code: 0 });
    for (const name of ['jwt-secret', 'password-hash']) copyFileSync(`${path}.${name}`, `${second}.${name}`);
    await expectServed({ DB_PATH: path });
    const fresh = await empty();
    expect(await restore({ DATABASE_URL: fresh.url }, second)).toMatchObject({ code: 0, stderr: '' });
    // The time of a secret beside a file is that of the file.
    const withoutSecrets = (lines: readonly string[]): string[] =>
      lines.filter((line) => !line.startsWith('secrets '));
    expect(withoutSecrets(await tablesOf(fresh.url))).toEqual(withoutSecrets(expected));
    await expectServed({ DATABASE_URL: fresh.url });
  });

  it('takes the place of a file with a memory, whose own secrets are kept with it', async () => {
    const home = file('replaced');
    const service = await start(home, {});
    await service.stop();
    const path = join(home, 'jarvis.db');
    const secret = readFileSync(`${path}.jwt-secret`, 'utf8');
    const { code, stdout } = await restore({ DB_PATH: path }, backup);
    expect(code).toBe(0);
    const [replaced] = /\/.*\.replaced-\S+/.exec(stdout)!;
    expect(readFileSync(`${replaced}.jwt-secret`, 'utf8')).toBe(secret);
    expect(readFileSync(`${path}.jwt-secret`, 'utf8')).not.toBe(secret);
    expect((await readdir(home)).filter((name) => name.includes('.restore'))).toEqual([]);
    await expectServed({ DB_PATH: path });
  });

  it('leaves out what gives access, if that is asked for', async () => {
    const fresh = await empty();
    expect(await restore({ DATABASE_URL: fresh.url }, '--without-keys', backup)).toMatchObject({ code: 0 });
    for (const table of ['api_keys', 'secrets'])
      expect(await fresh.query(`SELECT * FROM ${table}`)).toEqual([]);
    expect(await fresh.query('SELECT count(*)::int AS rows FROM revoked_tokens')).toEqual([{ rows: 1 }]);
    const path = file('without.db');
    expect(await restore({ DB_PATH: path }, '--without-keys', backup)).toMatchObject({ code: 0 });
    expect(existsSync(`${path}.jwt-secret`)).toBe(false);
    expect(inFile(path, 'SELECT name FROM api_keys UNION ALL SELECT name FROM secrets')).toEqual([]);
  });

  it('does not take away the secrets of a database where it brings none', async () => {
    const fresh = await empty();
    const service = await start(file('other'), { DATABASE_URL: fresh.url });
    await service.stop();
    const own = await fresh.query('SELECT * FROM secrets ORDER BY name');
    expect(await restore({ DATABASE_URL: fresh.url }, '--without-keys', backup)).toMatchObject({ code: 0 });
    expect(await fresh.query('SELECT * FROM secrets ORDER BY name')).toEqual(own);
  });

  it('is not restored over a memory, nor while a service has it', async () => {
    // That is found before it is unpacked, for which there is no folder here.
    const full = await restore({ DATABASE_URL: database.url, TMPDIR: file('nowhere') }, backup);
    expect(full).toMatchObject({ code: 1, stdout: '' });
    expect(full.stderr).toMatch(/It has rows \(events\).*Make an empty database/);
    const fresh = await empty();
    const service = await start(file('served'), { DATABASE_URL: fresh.url });
    try {
      const { code, stderr } = await restore({ DATABASE_URL: fresh.url }, backup);
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('Stop it first') });
    } finally {
      await service.stop();
    }
  });

  it('is refused where the file is none, or damaged: nothing is made', async () => {
    const fresh = await empty();
    const bytes = readFileSync(backup);
    await writeFile(file('notes.db'), 'These are notes.\n'.repeat(100));
    await writeFile(file('cut.db.gz'), bytes.subarray(0, bytes.length - 9));
    new Sqlite(file('songs.db')).exec('CREATE TABLE songs (title text)').close();
    for (const name of ['notes.db', 'cut.db.gz', 'songs.db']) {
      const { code, stdout, stderr } = await restore({ DATABASE_URL: fresh.url }, file(name));
      expect({ name, code, stdout }).toEqual({ name, code: 2, stdout: '' });
      expect(stderr).toContain('was not restored');
    }
    expect(await restore({ DATABASE_URL: fresh.url }, file('none.db'))).toMatchObject({ code: 1 });
    expect(await fresh.query(`SELECT to_regclass('events') AS events`)).toEqual([{ events: null }]);
  });

  it('is unpacked where TMPDIR says, and what a killed one left there is removed by the next', async () => {
    const fresh = await empty();
    await mkdir(file('tmp'));
    await mkdir(file('tmp/jarvis-memory-restore-of-somebody'));
    const environment = { DATABASE_URL: fresh.url, TMPDIR: file('tmp') };
    const run = startCli(['restore', backup], environment);
    await once(run.process.stderr!, 'data');
    run.process.kill('SIGKILL');
    await run.done;
    expect(await readdir(file('tmp'))).toHaveLength(3);
    expect(await runCli(['restore', '-q', backup], environment)).toMatchObject({ code: 0, stderr: '' });
    // One without a lock may have just been made.
    expect(await readdir(file('tmp'))).toEqual(['jarvis-memory-restore-of-somebody']);
  });

  (canMount() ? it : it.skip)('says which disk has no room, before it unpacks or meanwhile', async () => {
    const fresh = await empty();
    const handle = new Sqlite(file('large.db'));
    handle.exec(`CREATE TABLE large (text text); INSERT INTO large VALUES (hex(zeroblob(8000000)))`);
    handle.close();
    await writeFile(file('large.db.gz'), gzipSync(readFileSync(file('large.db'))));
    const disk = new SmallDisk(4);
    try {
      for (const name of ['large.db', 'large.db.gz']) {
        const environment = { DATABASE_URL: fresh.url, TMPDIR: disk.folder };
        const { code, stdout, stderr } = await restore(environment, file(name));
        expect({ name, code, stdout }).toEqual({ name, code: 1, stdout: '' });
        expect(stderr).toContain(`There is no room in ${disk.folder}, where the backup is unpacked`);
        expect(stderr).toContain('nothing was restored');
        expect(await readdir(disk.folder)).toEqual([]);
      }
    } finally {
      disk.unmount();
    }
  });

  it('of an earlier version is brought to this one', async () => {
    const older = file('older.db');
    await makeByMigrations(
      older,
      migrations.slice(0, -2).map(({ name }) => name),
    );
    const handle = new Sqlite(older);
    handle.exec(`INSERT INTO events (timestamp, type, source, summary)
      VALUES ('2026-11-22T20:15:00.123Z', 'alert', 'monitor', 'of before')`);
    handle.pragma('journal_mode = DELETE');
    handle.close();
    const fresh = await empty();
    expect(await restore({ DATABASE_URL: fresh.url }, older)).toMatchObject({ code: 0, stderr: '' });
    expect(await fresh.query('SELECT id::int, summary FROM events')).toEqual([
      { id: 1, summary: 'of before' },
    ]);
  });

  it('says what is wrong where the server cannot be asked, and repeats no password', async () => {
    const wrong = new URL(database.url);
    wrong.pathname = '/nowhere';
    wrong.password = 'hunter2';
    const { code, stdout, stderr } = await runCli(['backup', '-q', '--to', file('none.db')], {
      DATABASE_URL: wrong.href,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/does not exist|refuses the user/);
    expect(stderr).not.toContain('hunter2');
    expect((await readdir(folder)).filter((name) => name.startsWith('none.db'))).toEqual([]);
  });
});

describe('Backups by instances that share a PostgreSQL', () => {
  let folder: string;
  let database: TestDatabase;
  let one: TestService;
  let other: TestService;

  beforeAll(async () => {
    folder = await temporaryFolder();
    database = await createDatabase();
    const environment = {
      DATABASE_URL: database.url,
      BACKUP_DIR: join(folder, 'backups'),
      BACKUP_SCHEDULE: '30 3 1 1 *',
      BACKUP_KEEP: '0',
    };
    await mkdir(join(folder, 'backups'));
    await writeFile(join(folder, 'backups', backupName(OLD, true, 'scheduled')), 'old');
    one = await start(join(folder, 'one'), environment);
    other = await start(join(folder, 'other'), environment);
  });
  afterAll(async () => {
    await one.stop();
    await other.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });
  const backups = async (): Promise<string[]> => (await readdir(join(folder, 'backups'))).sort();
  const conditionOf = (service: TestService): HealthStatus | Promise<HealthStatus> =>
    service.app
      .get(HealthIndicators)
      .all()
      .find(({ name }) => name === 'backup')!
      .condition();

  it('say that one is missing or old, where a schedule is set; the newest is measured', async () => {
    expect(await conditionOf(one)).toMatchObject({ state: 'degraded', detail: expect.stringContaining(OLD) });
    const { body } = await one.call('post', '/admin/backups').send({ gzip: false }).expect(201);
    expect(await conditionOf(one)).toMatchObject({ state: 'up' });
    const newest = one.app
      .get(Measures)
      .all()
      .find(({ name }) => name === 'last_backup_timestamp_seconds')!;
    expect(await newest.read()).toBe(Date.parse(body.backup.createdAt) / 1000);
  });

  it('hold one state, while instances write: of what is written at once, all or nothing', async () => {
    const pair = (number: number): object =>
      ['first', 'second'].map((half) => anEvent({ summary: `${number} ${half}` }));
    const stopping = new AbortController();
    let written = 0;
    const writing = (async () => {
      for (; !stopping.signal.aborted; written++)
        await other
          .call('post', '/memory/events/batch')
          .send({ events: pair(written) })
          .expect(201);
    })();
    while (written < 5) await sleep(5);
    const before = written;
    const { body } = await one.call('post', '/admin/backups').send({ gzip: false }).expect(201);
    stopping.abort();
    await writing;
    const { name, rows, sizeBytes } = body.backup;
    const path = join(folder, 'backups', name);
    const numbers = inFile<string>(path, 'SELECT summary FROM events').map((text) => text.split(' ')[0]);
    expect(numbers).toHaveLength(2 * new Set(numbers).size);
    expect(numbers.length).toBeGreaterThanOrEqual(2 * before);
    expect(rows).toMatchObject({ events: numbers.length, secrets: 2 });
    expect(statSync(path)).toMatchObject({ size: sizeBytes });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([...readFileSync(path).subarray(18, 20)]).toEqual([1, 1]);
    expect(await runCli(['check', path])).toMatchObject({ code: 0 });
    const sent = await other.call('get', `/admin/backups/${name}`).expect(200);
    expect(Buffer.compare(sent.body, readFileSync(path))).toBe(0);
    const { secret } = await aKey(other, 'operator');
    const key = { authorization: `Bearer ${secret}` };
    await other.call('get', `/admin/backups/${name}`).set(key).expect(403);
    const { body: ofKey } = await other.call('get', '/admin/backups').set(key).expect(200);
    const { body: ofOwner } = await other.call('get', '/admin/backups').expect(200);
    for (const list of [ofKey, ofOwner]) expect(list.backups[0].name).toBe(name);
    expect([ofKey.downloadable, ofOwner.downloadable]).toEqual([false, true]);
  });

  it('are never in an export', async () => {
    const { text } = await one.call('get', '/memory/export').expect(200);
    expect(text).not.toMatch(/jwt-secret|password-hash/);
  });

  it('are made on a schedule by one of them, whatever the clock of the other says', async () => {
    const [first, second] = [one.app.get(BackupTurns), other.app.get(BackupTurns)];
    const make = (turns: BackupTurns): Promise<string | undefined> =>
      turns.takeScheduled(
        () => Promise.resolve('made'),
        () => 3_600_000,
      );
    expect((await Promise.all([make(first), make(second)])).filter(Boolean)).toEqual(['made']);
    expect([await make(first), await make(second)]).toEqual([undefined, undefined]);
    await database.query(`UPDATE leases SET until = 0 WHERE name = 'scheduled backup'`);
    const failing = first.takeScheduled(
      () => Promise.reject(new Error('The disk is full.')),
      () => 3_600_000,
    );
    await expect(failing).rejects.toThrow('The disk is full.');
    expect([await make(second), await make(first)]).toEqual(['made', undefined]);
  });

  it('are made by another of them where the one whose turn it was cannot', async () => {
    await database.query(`UPDATE leases SET until = 0 WHERE name = 'scheduled backup'`);
    await writeFile(join(folder, 'notes.txt'), 'a file where the folder should be');
    const broken = await start(join(folder, 'broken'), {
      DATABASE_URL: database.url,
      BACKUP_DIR: join(folder, 'notes.txt'),
      BACKUP_SCHEDULE: '30 3 1 1 *',
    });
    const attempts = broken.app.get(BackupSchedule).makeDue(64_000);
    while (!broken.log.some((line) => line.startsWith('No backup was made'))) await sleep(10);
    const before = await backups();
    await other.app.get(BackupSchedule).makeDue(64_000);
    await broken.stop();
    await attempts;
    const made = (await backups()).filter((name) => !before.includes(name));
    expect(made).toEqual([expect.stringMatching(/Z\.db\.gz$/)]);
  });

  it('are asked for no more by the other when one has made it, and are no failure of the other then', async () => {
    await database.query(`UPDATE leases SET until = 0 WHERE name = 'scheduled backup'`);
    await one.app.get(BackupSchedule).makeDue(64_000);
    const takeScheduled = jest.spyOn(other.app.get(BackupTurns), 'takeScheduled');
    takeScheduled.mockRejectedValueOnce(new Error('The server is being restarted.'));
    await other.app.get(BackupSchedule).makeDue(64_000);
    expect(takeScheduled).toHaveBeenCalledTimes(1);
    expect(await conditionOf(other)).toMatchObject({ state: 'up' });
    takeScheduled.mockRestore();
  });

  it('are made one at a time: the other instance says so, and is not unwell by that', async () => {
    const before = await backups();
    const turns = one.app.get(BackupTurns);
    await turns.take(async () => {
      const { body } = await other.call('post', '/admin/backups').send({}).expect(409);
      expectProblem(body, 'conflict');
      expect(body.detail).toContain('another instance');
    });
    expect(await backups()).toEqual(before);
    expect((await conditionOf(other)).detail).not.toContain('failed');
    await other.call('post', '/admin/backups').send({}).expect(201);
  });

  it('name the row that a file cannot hold', async () => {
    const before = await backups();
    await one.call('post', '/memory/conversations').send(aMessage()).expect(201);
    await database.query(`UPDATE conversations SET cost_usd = 'NaN'`);
    const { body } = await one.call('post', '/admin/backups').send({}).expect(409);
    expect(body.detail).toContain('conversations 1: cost_usd is no number');
    const { code, stderr } = await runCli(['backup', '-q', '--to', join(folder, 'backups')], {
      DATABASE_URL: database.url,
    });
    expect({ code, stderr }).toEqual({ code: 2, stderr: `${body.detail}\n` });
    await database.query('UPDATE conversations SET cost_usd = NULL');
    expect(await backups()).toEqual(before);
  });

  it('leave nothing where they are killed, or stopped', async () => {
    await database.query(`INSERT INTO events ("timestamp", type, source, summary)
      SELECT '2026-11-22T20:15:00.123Z', 'metric', 'monitor', repeat(md5(n::text), 20) FROM generate_series(1, 40000) n`);
    const before = await backups();
    const environment = { DATABASE_URL: database.url, BACKUP_DIR: join(folder, 'backups') };
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const run = startCli(['backup'], environment);
      // It says so after the first rows, of many.
      await once(run.process.stderr!, 'data');
      run.process.kill(signal);
      const { code, stdout, stderr } = await run.done;
      if (signal === 'SIGTERM') expect(stderr).toContain('Stopped by SIGTERM; no backup was made.');
      expect({ signal, code, stdout }).toEqual({ signal, code: signal === 'SIGKILL' ? null : 1, stdout: '' });
      expect((await backups()).filter((name) => NAME.test(name))).toEqual(before);
    }
    expect(await runCli(['backup', '-q'], environment)).toMatchObject({ code: 0 });
    expect(await backups()).toHaveLength(before.length + 1);
  });

  (canMount() ? it : it.skip)('say that their disk is full, and leave nothing on it', async () => {
    const disk = new SmallDisk(24);
    try {
      const { code, stdout, stderr } = await runCli(['backup', '-q', '--to', join(disk.folder, 'some.db')], {
        DATABASE_URL: database.url,
      });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('There is no room for a backup; none was made.');
      expect(await readdir(disk.folder)).toEqual([]);
    } finally {
      disk.unmount();
    }
  });
});

(canMount() ? describe : describe.skip)('The disk that a backup of rows is written to', () => {
  it('keeps the room that it has to, also for the indexes that are made after the rows', async () => {
    const folder = await temporaryFolder();
    const source = join(folder, 'jarvis.db');
    await makeByMigrations(
      source,
      migrations.map(({ name }) => name),
    );
    const handle = new Sqlite(source);
    handle.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
      INSERT INTO events (timestamp, type, source, summary)
      SELECT '2026-11-22T20:15:00.123Z', 'metric', 'monitor', hex(randomblob(900)) FROM n`);
    handle.close();
    const disk = new SmallDisk(87);
    try {
      const file = join(disk.folder, 'part');
      await writeFile(file, '');
      const ignore = (): void => undefined;
      const filling = withSqliteSource(source, SECRETS_BESIDE_FILE, (rows) =>
        fillArchive(file, rows, { copy: ignore, verify: ignore }),
      );
      await expect(filling).rejects.toMatchObject({ code: 'storage_full' });
      expect(disk.freeBytes).toBeGreaterThan(16_777_216);
    } finally {
      disk.unmount();
      await rm(folder, { recursive: true });
    }
  });
});

describe('A schedule of backups, where the memory is in PostgreSQL', () => {
  it('is kept', async () => {
    const database = await createDatabase();
    const environment = { DATABASE_URL: database.url, BACKUP_SCHEDULE: '* * * * * *', BACKUP_KEEP: '2' };
    const service = await startService({ environment });
    const made = async (): Promise<string[]> =>
      readdir(join(service.folder, 'backups')).catch(() => [] as string[]);
    try {
      while (!service.log.some((line) => line.startsWith('Removed jarvis-'))) await sleep(50);
      await service.stop();
      const names = await made();
      expect(names).toHaveLength(2);
      expect(names.every((name) => NAME.test(name) && name.endsWith('Z.db.gz'))).toBe(true);
    } finally {
      await rm(service.folder, { recursive: true, force: true });
      await database.drop();
    }
  });
});
