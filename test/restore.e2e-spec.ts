import { chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BackedUpMemory, saveEvent } from './support/backed-up.js';
import { runCli, type CliResult } from './support/cli.js';
import { startService } from './support/service.js';
import { summariesIn } from './support/summaries.js';

/** `test/slow/restore` has what is refused, and the kills on the way. */
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

  it('brings back what was there, and keeps whole what was replaced', async () => {
    const { mode } = await stat(file);
    const { code, stdout, stderr } = await restore(backup);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  events: 1 rows\n');
    const [replaced] = /\/.*\.replaced-\S+/.exec(stdout)!;
    expect((await memory.replacedFiles()).sort()).toEqual(
      [replaced, `${replaced}-wal`].map((path) => path.slice(home.length + 1)),
    );
    expect(summariesIn(replaced)).toEqual(['before', 'after']);
    expect((await stat(file)).mode).toBe(mode);
    expect(await memory.summaries()).toEqual(['before']);
    expect((await readdir(home)).filter((name) => /restore/.test(name))).toEqual([]);
  });

  it('brings secrets that stay, also where a move was cut off before its own had their place', async () => {
    await writeFile(`${file}.move.part.jwt-secret`, 'of the move');
    await writeFile(`${backup}.jwt-secret`, 'of the backup');
    expect(await restore(backup)).toMatchObject({ code: 0, stderr: '' });
    expect(await memory.summaries()).toEqual(['before']);
    expect((await readFile(`${file}.jwt-secret`, 'utf8')).trim()).toBe('of the backup');
    const [replaced] = (await memory.replacedFiles()).filter((name) => name.endsWith('.jwt-secret'));
    expect(await readFile(join(home, replaced!), 'utf8')).toBe('of the move');
  });

  it('does nothing where those of a move cannot be given their place: they would come later', async () => {
    await rm(`${file}.jwt-secret`, { force: true });
    await mkdir(join(`${file}.jwt-secret`, 'inside'), { recursive: true });
    await writeFile(`${file}.move.part.jwt-secret`, 'of the move');
    const { code, stderr } = await restore(backup);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('nothing was done') });
    expect(summariesIn(file)).toEqual(['before', 'after']);
  });

  const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
  itAsRoot('gives its secrets the owner of the file', async () => {
    await chown(file, 12345, 12345);
    await writeFile(`${backup}.jwt-secret`, 'of the backup');
    expect(await restore(backup)).toMatchObject({ code: 0, stderr: '' });
    expect(await stat(`${file}.jwt-secret`)).toMatchObject({ uid: 12345, gid: 12345 });
    expect(await stat(file)).toMatchObject({ uid: 12345, gid: 12345 });
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
    await saveEvent(service, 'meanwhile');
    expect(await memory.replacedFiles()).toEqual([]);
    await service.stop();
    expect(summariesIn(file)).toEqual(['before', 'after', 'meanwhile']);
  });
});
