import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backupFolder, backupName, listBackups, prepareFolder, prune } from './backup-folder.js';

/** The n-th day of a month, as the moment of a backup. */
const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T03:30:00.000Z`;

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

  it('is cleared of what killed backups left, but of nothing that is being made', async () => {
    const gone = String(spawnSync('true').pid);
    const name = backupName(day(1), true, 'scheduled');
    const left = [`${name}.${gone}.part`, `${name}.${gone}.plain.part`, `${name}.${gone}.plain.part-journal`];
    const ofThisProcess = `${name}.${process.pid}.part`;
    const inWork = `${name}.${process.ppid}.part`;
    const notOurs = [`other.${gone}.part`, `${name}.part`, `jarvis-notes.${gone}.part`];
    await make(...left, ofThisProcess, inWork, ...notOurs, name);
    await prepareFolder(folder);
    expect(await names()).toEqual([inWork, ...notOurs, name].sort());
  });
});
