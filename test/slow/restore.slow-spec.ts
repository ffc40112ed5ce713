import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { anEvent } from '../factories/index.js';
import { runCli, startCli } from '../support/cli.js';
import { startService, temporaryFolder, type TestService } from '../support/service.js';
import { summariesIn } from '../support/summaries.js';

const STAMP = '2026-11-22T20-15-00-123Z';

async function save(service: TestService, summary: string): Promise<void> {
  await service.call('post', '/memory/events').send(anEvent({ summary })).expect(201);
}

describe('Restoring a backup', () => {
  let home: string;
  let file: string;
  let backup: string;

  const restore = (...args: string[]): ReturnType<typeof runCli> =>
    runCli(['restore', '-q', ...args], { DB_PATH: file });

  /** What a service that starts on the file now says happened, oldest first. */
  async function remembered(): Promise<string[]> {
    const service = await startService({ folder: home });
    const { body } = await service.call('get', '/memory/events').expect(200);
    await service.stop();
    return body.events.map(({ summary }: { summary: string }) => summary).reverse();
  }

  const replacedFiles = async (): Promise<string[]> =>
    (await readdir(home)).filter((name) => name.includes('.replaced-'));

  /** A memory that went on after its backup, with its last event in the write-ahead log alone. */
  beforeEach(async () => {
    home = await temporaryFolder();
    file = join(home, 'jarvis.db');
    backup = join(home, 'kept.db.gz');
    const service = await startService({ folder: home });
    await save(service, 'before');
    expect(await runCli(['backup', '-q', '--to', backup], { DB_PATH: file })).toMatchObject({ code: 0 });
    await save(service, 'after');
    const parts = [file, `${file}-wal`];
    for (const part of parts) await copyFile(part, `${part}.killed`);
    await service.stop();
    for (const part of parts) await rename(`${part}.killed`, part);
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  it('brings back what was there, and keeps whole what was replaced', async () => {
    const { mode } = await stat(file);
    const { code, stdout, stderr } = await restore(backup);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  events: 1 rows\n');
    const [replaced] = /\/.*\.replaced-\S+/.exec(stdout)!;
    expect((await replacedFiles()).sort()).toEqual(
      [replaced, `${replaced}-wal`].map((path) => path.slice(home.length + 1)),
    );
    expect(summariesIn(replaced)).toEqual(['before', 'after']);
    expect((await stat(file)).mode).toBe(mode);
    expect(await remembered()).toEqual(['before']);
    expect((await readdir(home)).filter((name) => /restore/.test(name))).toEqual([]);
  });

  it('works where there is nothing yet, as on a new machine', async () => {
    file = join(home, 'new', 'machine', 'jarvis.db');
    expect(await restore(backup)).toMatchObject({ code: 0, stderr: '' });
    expect(summariesIn(file)).toEqual(['before']);
    expect((await readdir(join(home, 'new', 'machine'))).filter((name) => name.includes('replaced'))).toEqual(
      [],
    );
  });

  it('is refused while a service has the file, which notices nothing', async () => {
    const service = await startService({ folder: home });
    const { code, stdout, stderr } = await restore(backup);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain(String(process.pid));
    await save(service, 'meanwhile');
    expect(await replacedFiles()).toEqual([]);
    await service.stop();
    expect(summariesIn(file)).toEqual(['before', 'after', 'meanwhile']);
  });

  it('is refused where the backup is damaged, of a newer version, or no memory: nothing changes', async () => {
    const plain = join(home, 'plain.db');
    await runCli(['backup', '-q', '--to', plain], { DB_PATH: file });
    const [packed, bytes] = [await readFile(backup), await readFile(plain)];
    const newer = join(home, 'newer.db');
    await writeFile(newer, bytes);
    const handle = new Sqlite(newer);
    handle.pragma('journal_mode = DELETE');
    handle.exec(
      `INSERT INTO memory_migrations (timestamp, name) VALUES (9999999999999, 'Later9999999999999')`,
    );
    handle.close();
    const songs = join(home, 'songs.db');
    new Sqlite(songs).exec('CREATE TABLE songs (title text)').close();
    const holed = Buffer.from(bytes);
    for (let page = 2; page * 4096 < holed.length; page++) holed.fill(0xa5, page * 4096, page * 4096 + 64);
    const flipped = Buffer.from(packed);
    flipped[packed.length >> 1]! ^= 0x55;
    const bad: Record<string, Buffer> = {
      cutPack: packed.subarray(0, packed.length - 9),
      flipped,
      cut: bytes.subarray(0, bytes.length - 5000),
      holed,
      text: Buffer.from('These are the notes of somebody.\n'.repeat(99)),
      packedText: gzipSync('no database'),
      empty: Buffer.alloc(0),
      newer: await readFile(newer),
      songs: await readFile(songs),
    };
    const before = [await readFile(file), await readFile(`${file}-wal`)];
    const candidate = join(home, 'candidate');
    for (const [name, content] of Object.entries(bad)) {
      await writeFile(candidate, content);
      const names = (await readdir(home)).filter((one) => !one.endsWith('.lock'));
      const { code, stdout, stderr } = await restore(candidate);
      expect([name, code, stdout]).toEqual([name, 2, '']);
      expect([name, stderr.trim().split('\n').length]).toEqual([name, 1]);
      expect((await readdir(home)).filter((one) => !one.endsWith('.lock'))).toEqual(names);
    }
    expect([await readFile(file), await readFile(`${file}-wal`)]).toEqual(before);
    expect(await restore(join(home, 'missing'))).toMatchObject({ code: 1, stdout: '' });
  });

  it('is refused from a database that has a log of its own beside it', async () => {
    const other = join(home, 'copied-by-hand.db');
    await copyFile(file, other);
    await copyFile(`${file}-wal`, `${other}-wal`);
    expect(await restore(other)).toMatchObject({ code: 2, stdout: '' });
    expect(await replacedFiles()).toEqual([]);
  });

  it('leaves alone what is no memory, unless it is forced to move it aside', async () => {
    await rm(`${file}-wal`);
    await writeFile(file, 'These are the notes of somebody.\n');
    const refused = await restore(backup);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('--force');
    expect(await readFile(file, 'utf8')).toContain('notes of somebody');
    expect(await restore('--force', backup)).toMatchObject({ code: 0, stderr: '' });
    const [replaced] = await replacedFiles();
    expect(await readFile(join(home, replaced!), 'utf8')).toContain('notes of somebody');
    expect(await remembered()).toEqual(['before']);
  });

  describe('killed on its way', () => {
    /** The backup, unpacked and checked, waiting to take its place. */
    const makeReady = async (): Promise<void> => {
      const other = join(home, 'other.db');
      expect(await runCli(['restore', '-q', backup], { DB_PATH: other })).toMatchObject({ code: 0 });
      await rename(other, `${file}.restore-${STAMP}`);
    };
    const moveAside = async (...parts: string[]): Promise<void> => {
      for (const part of parts) await rename(`${file}${part}`, `${file}.replaced-${STAMP}${part}`);
    };

    it('while it unpacks: the old memory stays', async () => {
      await writeFile(`${file}.restore.part`, 'half');
      expect(await remembered()).toEqual(['before', 'after']);
      expect(await restore(backup)).toMatchObject({ code: 0 });
      expect(existsSync(`${file}.restore.part`)).toBe(false);
    });

    it('before anything is moved: the old memory stays, the waiting file goes', async () => {
      await makeReady();
      expect(await remembered()).toEqual(['before', 'after']);
      expect(existsSync(`${file}.restore-${STAMP}`)).toBe(false);
    });

    it.each([[['']], [['', '-wal']]])('after %j was moved: the next start finishes it', async (parts) => {
      await makeReady();
      await moveAside(...parts);
      expect(await remembered()).toEqual(['before']);
      expect(summariesIn(`${file}.replaced-${STAMP}`)).toEqual(['before', 'after']);
      expect(existsSync(`${file}.restore-${STAMP}`)).toBe(false);
    });

    it('and begun again: the first is finished, and kept like any other', async () => {
      await makeReady();
      await moveAside('');
      expect(await restore(backup)).toMatchObject({ code: 0 });
      expect(await remembered()).toEqual(['before']);
      expect(summariesIn(`${file}.replaced-${STAMP}`)).toEqual(['before', 'after']);
    });

    it('at any moment: there is the old memory or the new one', async () => {
      for (const delay of [80, 140, 200, 260, 350]) {
        const run = startCli(['restore', '-q', backup], { DB_PATH: file });
        await sleep(delay);
        run.process.kill('SIGKILL');
        await run.done;
        const found = (await remembered()).join(' ');
        expect(['before', 'before after']).toContain(found);
        const service = await startService({ folder: home });
        if (found === 'before') await save(service, 'after');
        await service.stop();
      }
    });
  });
});
