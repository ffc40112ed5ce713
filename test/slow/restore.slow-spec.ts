import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { BackedUpMemory, saveEvent } from '../support/backed-up.js';
import { runCli, startCli, type CliResult } from '../support/cli.js';
import { startService } from '../support/service.js';
import { summariesIn } from '../support/summaries.js';

const STAMP = '2026-11-22T20-15-00-123Z';

describe('Restoring a backup', () => {
  let memory: BackedUpMemory;
  let home: string;
  let file: string;
  let backup: string;
  beforeEach(async () => {
    memory = await BackedUpMemory.make();
    ({ home, file, backup } = memory);
  });
  afterEach(() => memory.remove());

  const restore = (...args: string[]): Promise<CliResult> =>
    runCli(['restore', '-q', ...args], { DB_PATH: file });

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
    expect(await memory.replacedFiles()).toEqual([]);
  });

  it('leaves alone what is no memory, unless it is forced to move it aside', async () => {
    await rm(`${file}-wal`);
    await writeFile(file, 'These are the notes of somebody.\n');
    const refused = await restore(backup);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('--force');
    expect(await readFile(file, 'utf8')).toContain('notes of somebody');
    expect(await restore('--force', backup)).toMatchObject({ code: 0, stderr: '' });
    const [replaced] = await memory.replacedFiles();
    expect(await readFile(join(home, replaced!), 'utf8')).toContain('notes of somebody');
    expect(await memory.summaries()).toEqual(['before']);
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
      expect(await memory.summaries()).toEqual(['before', 'after']);
      expect(await restore(backup)).toMatchObject({ code: 0 });
      expect(existsSync(`${file}.restore.part`)).toBe(false);
    });

    it('before anything is moved: the old memory stays, the waiting file goes', async () => {
      await makeReady();
      expect(await memory.summaries()).toEqual(['before', 'after']);
      expect(existsSync(`${file}.restore-${STAMP}`)).toBe(false);
    });

    it.each([[['']], [['', '-wal']]])('after %j was moved: the next start finishes it', async (parts) => {
      await makeReady();
      await moveAside(...parts);
      expect(await memory.summaries()).toEqual(['before']);
      expect(summariesIn(`${file}.replaced-${STAMP}`)).toEqual(['before', 'after']);
      expect(existsSync(`${file}.restore-${STAMP}`)).toBe(false);
    });

    it('and begun again: the first is finished, and kept like any other', async () => {
      await makeReady();
      await moveAside('');
      expect(await restore(backup)).toMatchObject({ code: 0 });
      expect(await memory.summaries()).toEqual(['before']);
      expect(summariesIn(`${file}.replaced-${STAMP}`)).toEqual(['before', 'after']);
    });

    it('at any moment: there is the old memory or the new one', async () => {
      for (const delay of [80, 140, 200, 260, 350]) {
        const run = startCli(['restore', '-q', backup], { DB_PATH: file });
        await sleep(delay);
        run.process.kill('SIGKILL');
        await run.done;
        const found = (await memory.summaries()).join(' ');
        expect(['before', 'before after']).toContain(found);
        const service = await startService({ folder: home });
        if (found === 'before') await saveEvent(service, 'after');
        await service.stop();
      }
    });
  });
});
