import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { beginBackup } from '../../database/sqlite/backup/unfinished.js';
import { holdUnfinished } from '../../database/sqlite/file/left-over.js';
import { backupFolder, backupName, listBackups, prepareFolder, prune } from './backup-folder.js';

/** The n-th day of a month, as the moment of a backup. */
const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T03:30:00.000Z`;

/** Holds a lock as another process does. */
const HOLD = `const handle = new (require('better-sqlite3'))(process.argv[1]);
  handle.pragma('journal_mode = MEMORY'); handle.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => undefined, 1000);`;

/** What looks like a backup to a careless eye. */
const OTHERS = [
  'jarvis.db',
  'jarvis-2026-11-01T03-30-00-000Z.db.bak',
  'jarvis-2026-11-01T03-30-00-000Z.db-wal',
  'my-jarvis-2026-11-01T03-30-00-000Z.db',
  'jarvis-2026-11-01.db',
  'jarvis-2026-11-01T03-30-00-000Z.db.gz.sha256',
  'notes.txt',
];

describe('The folder of the backups', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-memory-test-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const make = async (...names: string[]): Promise<void> => {
    for (const name of names) await writeFile(join(folder, name), 'content');
  };
  const names = async (): Promise<string[]> => (await readdir(folder)).sort();

  it('is beside the database, unless it is set; an empty variable counts as none', () => {
    expect(backupFolder({ DB_PATH: '/data/jarvis.db' })).toBe('/data/backups');
    expect(backupFolder({ DB_PATH: '/data/jarvis.db', BACKUP_DIR: '' })).toBe('/data/backups');
    expect(backupFolder({ DB_PATH: '/data/jarvis.db', BACKUP_DIR: '/mnt/nas' })).toBe('/mnt/nas');
  });

  it('lists backups alone, newest first, with the moment that their name tells', async () => {
    await make(
      ...OTHERS,
      backupName(day(2), false, 'scheduled'),
      backupName(day(10), true, 'scheduled'),
      backupName(day(9), false, 'scheduled'),
    );
    await mkdir(join(folder, backupName(day(30), false, 'scheduled')));
    expect(await listBackups(folder)).toEqual([
      { name: 'jarvis-2026-11-10T03-30-00-000Z.db.gz', createdAt: day(10), sizeBytes: 7 },
      { name: 'jarvis-2026-11-09T03-30-00-000Z.db', createdAt: day(9), sizeBytes: 7 },
      { name: 'jarvis-2026-11-02T03-30-00-000Z.db', createdAt: day(2), sizeBytes: 7 },
    ]);
  });

  it('holds nothing where it is not there yet', async () => {
    expect(await listBackups(join(folder, 'none'))).toEqual([]);
  });

  it('keeps the newest, and everything that is no backup', async () => {
    const backups = [1, 2, 3, 4, 5].map((number) => backupName(day(number), number % 2 === 0, 'scheduled'));
    await make(...OTHERS, ...backups);
    expect(await prune(folder, 2, backups[4]!)).toEqual([backups[2], backups[1], backups[0]]);
    expect(await names()).toEqual([...OTHERS, backups[3], backups[4]].sort());
  });

  it('keeps the one that has just been made, though the clock was set back', async () => {
    const [old, older, made] = [
      backupName(day(20), false, 'scheduled'),
      backupName(day(19), false, 'scheduled'),
      backupName(day(1), false, 'scheduled'),
    ];
    await make(old, older, made);
    await prune(folder, 2, made);
    expect(await names()).toEqual([made, old].sort());
    await prune(folder, 1, made);
    expect(await names()).toEqual([made]);
  });

  it('keeps as many of each kind: neither pushes out the other; names of before are scheduled ones', async () => {
    const scheduled = [1, 2, 3].map((number) => backupName(day(number), true, 'scheduled'));
    const manual = [4, 5, 6].map((number) => backupName(day(number), true, 'manual'));
    expect(scheduled[0]).toBe('jarvis-2026-11-01T03-30-00-000Z.db.gz');
    expect(manual[0]).toBe('jarvis-2026-11-04T03-30-00-000Z-manual.db.gz');
    await make(...scheduled, ...manual);
    expect(await prune(folder, 3, manual[2]!)).toEqual([]);
    expect(await prune(folder, 2, manual[2]!)).toEqual([scheduled[0], manual[0]]);
    expect(await names()).toEqual([scheduled[1], scheduled[2], manual[1], manual[2]].sort());
    expect((await listBackups(folder)).map(({ name }) => name)).toEqual(
      [scheduled[1], scheduled[2], manual[1], manual[2]].reverse(),
    );
  });

  it('keeps all where no number is set', async () => {
    const backups = [1, 2, 3].map((number) => backupName(day(number), true, 'scheduled'));
    await make(...backups);
    expect(await prune(folder, 0, backups[2]!)).toEqual([]);
    expect(await names()).toEqual(backups);
  });

  it('is made where it is missing, for its owner only', async () => {
    const nested = join(folder, 'a', 'b');
    await prepareFolder(nested);
    expect(await listBackups(nested)).toEqual([]);
  });

  const DAYS_AGO = new Date(Date.now() - 2 * 86_400_000);
  const name = backupName(day(1), true, 'scheduled');

  it('is cleared of what killed backups left, and of nothing else', async () => {
    const left = [`${name}.7-0a1b.part`, `${name}.7-0a1b.plain.part`, `${name}.7-0a1b.plain.part-journal`];
    const notOurs = ['other.7-0a1b.part', `${name}.part`, 'jarvis-notes.7-0a1b.part'];
    await make(...left, ...notOurs, name);
    await writeFile(join(folder, `${name}.7-0a1b.part.lock`), '');
    await prepareFolder(folder);
    expect(await names()).toEqual([...notOurs, name].sort());
  });

  it('keeps what a process writes, whatever its id is and however long it takes', async () => {
    const [ours, theirs] = [`${name}.1-aa.part`, `${name}.1-bb.plain.part`];
    await make(ours, theirs);
    const end = holdUnfinished(join(folder, ours));
    const lock = `${name}.1-bb.part.lock`;
    const other = spawn(process.execPath, ['-e', HOLD, join(folder, lock)], { stdio: 'pipe' });
    await once(other.stdout, 'data');
    for (const file of [ours, theirs, lock]) await utimes(join(folder, file), DAYS_AGO, DAYS_AGO);
    await prepareFolder(folder);
    expect(await names()).toEqual([ours, `${ours}.lock`, theirs, lock].sort());
    other.kill('SIGKILL');
    await once(other, 'exit');
    end();
    await prepareFolder(folder);
    // That of ours has no lock any more, and is old.
    expect(await names()).toEqual([]);
  });

  const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
  itAsRoot('can be cleared by its owner of what a command of root left', async () => {
    await chown(folder, 1234, 1234);
    const { final, end } = beginBackup(join(folder, 'jarvis.db'));
    // What nothing is written to is not waited for.
    expect(await stat(`${final}.lock`)).toMatchObject({ uid: 1234, gid: 1234, size: 0 });
    end();
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps what no lock tells of for a day', async () => {
    const [young, old] = [`${name}.7.part`, `${name}.8.part`];
    await make(young, old);
    await utimes(join(folder, old), DAYS_AGO, DAYS_AGO);
    await prepareFolder(folder);
    expect(await names()).toEqual([young]);
  });

  it('follows no link that has the name of something unfinished', async () => {
    await make('notes.txt', 'notes.txt.lock');
    await symlink(join(folder, 'notes.txt'), join(folder, `${name}.7.part`));
    await prepareFolder(folder);
    expect(await names()).toEqual([`${name}.7.part`, 'notes.txt', 'notes.txt.lock'].sort());
  });
});
