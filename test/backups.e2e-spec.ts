import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { HealthIndicators, Measures, type HealthStatus } from '../src/observability/health-indicators.js';
import { BackupSchedule } from '../src/operations/backups/backup-schedule.js';
import { backupName } from '../src/operations/backups/backup-folder.js';
import { anEvent } from './factories/index.js';
import { expectProblem } from './factories/problem.js';
import { startService, temporaryFolder, type TestService } from './support/service.js';
import { summariesIn } from './support/summaries.js';

const NAME = /^jarvis-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z(-manual)?\.db(\.gz)?$/;

const EVERY_SECOND = '* * * * * *';

async function conditionOf(service: TestService): Promise<HealthStatus> {
  const component = service.app
    .get(HealthIndicators)
    .all()
    .find(({ name }) => name === 'backup')!;
  return component.condition();
}

/** The time of the newest backup as it is measured, in seconds. */
async function lastBackupOf(service: TestService): Promise<unknown> {
  const measure = service.app
    .get(Measures)
    .all()
    .find(({ name }) => name === 'last_backup_timestamp_seconds')!;
  return measure.read();
}

describe('Backups by request', () => {
  let service: TestService;
  let folder: string;

  beforeAll(async () => {
    service = await startService();
    folder = join(service.folder, 'backups');
    for (const summary of ['one', 'two', 'three']) {
      await service.call('post', '/memory/events').send(anEvent({ summary })).expect(201);
    }
  });
  afterAll(() => service.destroy());
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are none before the first', async () => {
    const { body } = await service.call('get', '/admin/backups').expect(200);
    expect(body).toEqual({ running: null, downloadable: true, backups: [] });
  });

  it('hold everything that was saved, though it is in the write-ahead log alone', async () => {
    const { body } = await service.call('post', '/admin/backups').send({ gzip: false }).expect(201);
    const { name, createdAt, sizeBytes, rows, durationMs } = body.backup;
    expect(name).toMatch(NAME);
    expect(name).toBe(backupName(createdAt, false, 'manual'));
    expect(rows).toMatchObject({ events: 3, conversations: 0, cluster_snapshots: 0, preferences: 0 });
    expect(durationMs).toBeGreaterThan(0);
    const file = join(folder, name);
    expect(statSync(file).size).toBe(sizeBytes);
    expect(summariesIn(file)).toEqual(['one', 'two', 'three']);
    // A file that stands alone: not in WAL, so that a reader leaves nothing beside it.
    expect(await readdir(folder)).toEqual([name]);
    expect([...(await readFile(file)).subarray(18, 20)]).toEqual([1, 1]);
  });

  it('are compressed as BACKUP_GZIP says where the request does not', async () => {
    const { body } = await service.call('post', '/admin/backups').expect(201);
    expect(body.backup.name).toMatch(/\.db\.gz$/);
    expect(await readdir(folder)).toEqual([body.backup.name]);
    const plain = join(service.folder, 'plain.db');
    await writeFile(plain, gunzipSync(await readFile(join(folder, body.backup.name))));
    expect(summariesIn(plain)).toEqual(['one', 'two', 'three']);
  });

  it('are for the eyes of their owner only', async () => {
    const { body } = await service.call('post', '/admin/backups').send({ gzip: true }).expect(201);
    const { body: plain } = await service.call('post', '/admin/backups').send({ gzip: false }).expect(201);
    for (const { name } of [body.backup, plain.backup]) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('are sent whole, and nothing else of the folder is', async () => {
    const { body } = await service.call('post', '/admin/backups').send({ gzip: false }).expect(201);
    const { name, sizeBytes } = body.backup;
    const sent = await service.call('get', `/admin/backups/${name}`).expect(200);
    expect(sent.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(sizeBytes),
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    });
    expect(Buffer.compare(sent.body, await readFile(join(folder, name)))).toBe(0);
    await writeFile(join(folder, 'other.db'), 'other');
    const linked = backupName('2020-01-01T00:00:00.000Z', false, 'manual');
    await symlink('/etc/hostname', join(folder, linked));
    for (const other of ['other.db', '..%2Fjarvis.db', 'jarvis-2019-01-01T00-00-00-000Z.db']) {
      const { body: problem } = await service.call('get', `/admin/backups/${other}`).expect(404);
      expectProblem(problem, 'not_found');
    }
    const { body: problem } = await service.call('get', `/admin/backups/${linked}`).expect(409);
    expectProblem(problem, 'conflict');
  });

  it('are listed newest first, without a path', async () => {
    const made: string[] = [];
    for (const gzip of [true, false, true]) {
      const { body } = await service.call('post', '/admin/backups').send({ gzip }).expect(201);
      made.unshift(body.backup.name);
    }
    const { body, text } = await service.call('get', '/admin/backups').expect(200);
    expect(body.backups.map(({ name }: { name: string }) => name)).toEqual(made);
    expect(text).not.toContain(service.folder);
  });

  it('are made one at a time: whoever comes second is told so', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => service.call('post', '/admin/backups').send({})),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    for (const { status, body } of answers) if (status === 409) expectProblem(body, 'conflict');
    expect(await readdir(folder)).toHaveLength(1);
    await service.call('post', '/admin/backups').send({}).expect(201);
  });

  it('refuse what they do not know, and make nothing', async () => {
    for (const sent of [{ gzip: 'true' }, { gzip: 1 }, { gzip: null }, { compress: true }, { folder: '/' }]) {
      const { body } = await service.call('post', '/admin/backups').send(sent).expect(400);
      expectProblem(body, 'validation_failed', Object.keys(sent));
    }
    await service.call('post', '/admin/backups').send([]).expect(400);
    expect(existsSync(folder)).toBe(false);
  });

  it('are for those who are logged in', async () => {
    await service.callAnonymously('post', '/admin/backups').send({}).expect(401);
    await service.callAnonymously('get', '/admin/backups').expect(401);
    expect(existsSync(folder)).toBe(false);
  });

  it('say that their folder cannot be used, not where it is; the log has the cause', async () => {
    await writeFile(folder, 'a file where the folder should be');
    const { body, text } = await service.call('post', '/admin/backups').send({}).expect(409);
    expectProblem(body, 'conflict');
    expect(text).not.toContain(service.folder);
    await service.call('get', '/admin/backups').expect(409);
    expect(await conditionOf(service)).toMatchObject({ state: 'degraded' });
    await rm(folder);
    await service.call('post', '/admin/backups').send({}).expect(201);
    expect(await conditionOf(service)).toMatchObject({ state: 'up' });
  });

  it('are tried again where the one that was due has failed', async () => {
    await writeFile(folder, 'a file where the folder should be');
    const attempts = service.app.get(BackupSchedule).makeDue(64_000);
    while (!service.log.some((line) => line.startsWith('No backup was made'))) await sleep(10);
    await rm(folder);
    await attempts;
    expect(await readdir(folder)).toEqual([expect.stringMatching(/Z\.db\.gz$/)]);
    expect(await conditionOf(service)).toMatchObject({ state: 'up' });
  });

  it('sweep what a killed backup left', async () => {
    await mkdir(folder);
    const left = `${backupName('2026-11-01T03:30:00.000Z', false, 'scheduled')}.${process.pid}-0a1b.part`;
    await writeFile(join(folder, left), 'half');
    await writeFile(join(folder, `${left}.lock`), '');
    const { body } = await service.call('post', '/admin/backups').send({}).expect(201);
    expect(await readdir(folder)).toEqual([body.backup.name]);
  });

  it('are refused where the database is damaged, and leave nothing', async () => {
    const damaged = await temporaryFolder();
    const { body } = await service.call('post', '/admin/backups').send({ gzip: false }).expect(201);
    const bytes = await readFile(join(folder, body.backup.name));
    // The root page of a table, with cells that lie outside of it.
    bytes.fill(0xff, 4096 * 2 + 100, 4096 * 3);
    await writeFile(join(damaged, 'broken.db'), bytes);
    const { writeBackup } = await import('../src/database/sqlite/backup/backup.js');
    const attempt = writeBackup(join(damaged, 'broken.db'), join(damaged, 'copy.db'));
    await expect(attempt).rejects.toMatchObject({ code: 'database_unavailable' });
    expect(await readdir(damaged)).toEqual(['broken.db']);
    await rm(damaged, { recursive: true });
  });
});

describe('How many backups are kept', () => {
  it('is BACKUP_KEEP of those made by hand: the oldest go, and nothing else does, scheduled ones included', async () => {
    const service = await startService({ environment: { BACKUP_KEEP: '2' } });
    const folder = join(service.folder, 'backups');
    await mkdir(folder);
    const others = [
      'jarvis-before-the-move.db',
      ...[1, 2].map((day) => backupName(`2026-01-0${day}T03:30:00.000Z`, true, 'scheduled')),
    ];
    for (const name of others) await writeFile(join(folder, name), 'kept');
    const made: string[] = [];
    for (let count = 0; count < 4; count++) {
      const { body } = await service.call('post', '/admin/backups').send({}).expect(201);
      made.push(body.backup.name);
    }
    expect((await readdir(folder)).sort()).toEqual([...made.slice(2), ...others].sort());
    const { body } = await service.call('get', '/admin/backups').expect(200);
    expect(body.running).toBeNull();
    await service.destroy();
  });

  it('says nothing of other folders than BACKUP_DIR', async () => {
    const elsewhere = await temporaryFolder();
    const service = await startService({ environment: { BACKUP_DIR: join(elsewhere, 'deep', 'er') } });
    const { body } = await service.call('post', '/admin/backups').send({}).expect(201);
    expect(await readdir(join(elsewhere, 'deep', 'er'))).toEqual([body.backup.name]);
    expect(existsSync(join(service.folder, 'backups'))).toBe(false);
    await service.destroy();
    await rm(elsewhere, { recursive: true });
  });
});

describe('Backups on a schedule', () => {
  let service: TestService | undefined;

  afterEach(() => service?.destroy());

  /** Waits for what another one does by itself. */
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await sleep(50);
  }

  const backupsOf = async (one: TestService): Promise<string[]> =>
    readdir(join(one.folder, 'backups')).catch(() => []);

  it('come by themselves, compressed or not as BACKUP_GZIP says, and no more than are kept', async () => {
    const home = await temporaryFolder();
    const byHand = backupName('2026-01-01T03:30:00.000Z', true, 'manual');
    await mkdir(join(home, 'backups'));
    await writeFile(join(home, 'backups', byHand), 'made by hand');
    service = await startService({
      folder: home,
      environment: { BACKUP_SCHEDULE: EVERY_SECOND, BACKUP_KEEP: '1', BACKUP_GZIP: 'false' },
    });
    const { log } = service;
    await until(() => log.some((line) => line.startsWith('Removed jarvis-')));
    // One that is being made is not done, or its predecessor is gone as well.
    await service.stop();
    const scheduled = expect.stringMatching(/Z\.db$/);
    expect((await backupsOf(service)).sort()).toEqual([byHand, scheduled]);
  });

  it('stop with the service, and leave nothing half-done', async () => {
    service = await startService({ environment: { BACKUP_SCHEDULE: EVERY_SECOND } });
    const one = service;
    await until(async () => (await backupsOf(one)).some((name) => NAME.test(name)));
    await service.stop();
    const left = await backupsOf(service);
    expect(left.every((name) => NAME.test(name))).toBe(true);
    await sleep(1200);
    expect(await backupsOf(service)).toEqual(left);
  });

  it('make the health degraded when they fail, until one succeeds', async () => {
    const home = await temporaryFolder();
    await writeFile(join(home, 'backups'), 'in the way');
    service = await startService({ folder: home, environment: { BACKUP_SCHEDULE: EVERY_SECOND } });
    const one = service;
    await until(() => one.log.some((line) => line.includes('No backup was made')));
    await rm(join(home, 'backups'));
    await until(async () => (await conditionOf(one)).state === 'up');
    expect((await conditionOf(one)).detail).toMatch(/^The newest backup is of \d{4}-/);
  });

  it('make the health degraded where the newest is too old', async () => {
    const home = await temporaryFolder();
    await mkdir(join(home, 'backups'));
    const old = new Date(Date.now() - 3 * 86_400_000).toISOString();
    await writeFile(join(home, 'backups', backupName(old, true, 'scheduled')), 'old');
    service = await startService({ folder: home, environment: { BACKUP_SCHEDULE: '30 3 * * *' } });
    const condition = await conditionOf(service);
    expect(condition.state).toBe('degraded');
    expect(condition.detail).toContain(old);
    await service.call('post', '/admin/backups').send({}).expect(201);
    expect(await conditionOf(service)).toMatchObject({ state: 'up' });
  });

  it('are nobody’s concern where none are scheduled; the age of the newest is measured all the same', async () => {
    service = await startService();
    expect(await conditionOf(service)).toEqual({
      state: 'up',
      detail: 'None is scheduled. There is no backup yet.',
    });
    expect(await lastBackupOf(service)).toBeUndefined();
    const { body } = await service.call('post', '/admin/backups').send({}).expect(201);
    expect(await lastBackupOf(service)).toBe(Date.parse(body.backup.createdAt) / 1000);
  });
});

describe('A backup while the service ends', () => {
  it('says how far it is, is stopped and leaves nothing; the service ends in order', async () => {
    const service = await startService();
    const bulk = new Sqlite(service.file);
    bulk.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
      INSERT INTO events (timestamp, type, source, summary)
      SELECT '2026-11-22T20:15:00.123Z', 'metric', 'monitor', hex(randomblob(400)) FROM n`);
    bulk.close();
    const answer = service.call('post', '/admin/backups').send({ gzip: true });
    const settled = answer.then(
      ({ status }) => status,
      () => 'cut off',
    );
    const folder = join(service.folder, 'backups');
    while (!existsSync(folder) || (await readdir(folder)).length === 0) await sleep(5);
    const { body } = await service.call('get', '/admin/backups').expect(200);
    const [part = ''] = await readdir(folder);
    const { createdAt, step, done, total } = body.running;
    expect(part.startsWith(backupName(createdAt, true, 'manual'))).toBe(true);
    expect(['copy', 'verify', 'compress']).toContain(step);
    expect(done).toBeLessThanOrEqual(total);
    expect(body.backups).toEqual([]);
    await service.stop();
    expect(['cut off', 503]).toContain(await settled);
    expect(await readdir(folder)).toEqual([]);
    expect(existsSync(`${service.file}-wal`)).toBe(false);
    await service.destroy();
  });
});

describe('A read-only backup folder', () => {
  // Whoever is root writes where he likes.
  const unlessRoot = process.getuid?.() === 0 ? it.skip : it;
  unlessRoot('is a conflict, and nothing of the service suffers', async () => {
    const service = await startService();
    await mkdir(join(service.folder, 'backups'), { mode: 0o500 });
    await service.call('post', '/admin/backups').send({}).expect(409);
    await service.call('post', '/memory/events').send(anEvent()).expect(201);
    await chmod(join(service.folder, 'backups'), 0o700);
    await service.destroy();
  });
});
