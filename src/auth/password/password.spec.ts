import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { databaseTarget, readEnvironment, type Environment } from '../../config/index.js';
import { resetPassword } from '../offline.js';
import { FileSecretStore } from '../secrets/file-secret-store.js';
import { writeSecretFile } from '../secrets/secret-file.js';
import { Password } from './password.js';
import { formatPassword, type StoredPassword } from './stored-password.js';

describe('The password', () => {
  const warnings: unknown[] = [];
  let folder: string;
  let environment: Environment;
  let file: string;

  beforeAll(() => {
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (message: unknown) => void warnings.push(message),
    });
  });
  afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));
  beforeEach(async () => {
    warnings.length = 0;
    folder = await mkdtemp(join(tmpdir(), 'jarvis-password-'));
    environment = readEnvironment({ DB_PATH: join(folder, 'jarvis.db') });
    await writeFile(environment.DB_PATH, '');
    file = `${environment.DB_PATH}.password-hash`;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function load({ DB_PATH, JARVIS_PASSWORD }: Environment, isOurs = true): Promise<Password> {
    return Password.load(JARVIS_PASSWORD, await FileSecretStore.open(DB_PATH, 'password-hash', isOurs));
  }

  /** As the program does: what was made is kept once its owner could see it. */
  async function loadAndKeep(): Promise<Password> {
    const password = await load(environment);
    await password.persist();
    return password;
  }

  it('is not kept by a start that never came to showing it', async () => {
    await load(environment);
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  it('is JARVIS_PASSWORD where that is set: this text and no other, and nothing is written before it serves', async () => {
    const password = await load({ ...environment, JARVIS_PASSWORD: 'pässwörd 🔑' });
    expect(await password.matches('pässwörd 🔑')).toBe(true);
    for (const other of ['pässwörd', 'PÄSSWÖRD 🔑', 'pässwörd 🔑 ', '', 'pa\u0308ssw\u00f6rd 🔑']) {
      expect(await password.matches(other)).toBe(false);
    }
    expect(password.generated).toBeUndefined();
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  it('is else made at random and shown by the start that makes it only', async () => {
    const first = await load(environment);
    expect(Buffer.from(first.generated!, 'base64url')).toHaveLength(18);
    expect(await first.matches(first.generated!)).toBe(true);
    await first.persist();
    const second = await load(environment);
    expect(second.generated).toBeUndefined();
    expect(await second.matches(first.generated!)).toBe(true);
    expect(await second.matches('another')).toBe(false);
  });

  it('is kept as an argon2id hash that its owner alone can read, never in clear', async () => {
    const { generated } = await loadAndKeep();
    const kept = await readFile(file, 'utf8');
    const hash = expect.stringMatching(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
    expect(JSON.parse(kept)).toEqual({ hash, generation: expect.any(Number), variable: null });
    expect(kept).not.toContain(generated!);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('of JARVIS_PASSWORD goes before a kept one', async () => {
    const { generated } = await loadAndKeep();
    const password = await load({ ...environment, JARVIS_PASSWORD: 'mine' });
    expect(await password.matches('mine')).toBe(true);
    expect(await password.matches(generated!)).toBe(false);
  });

  it.each(['', 'hunter2', '$2b$10$abcdefghijklmnopqrstuv'])(
    'is made anew where the kept text is no argon2id hash: %j',
    async (kept) => {
      await writeFile(file, kept);
      const password = await load(environment);
      expect(await password.matches(password.generated!)).toBe(true);
      expect(await password.matches(kept)).toBe(false);
    },
  );

  it('is made anew where the kept hash was cut, instead of locking its owner out for good', async () => {
    await loadAndKeep();
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 40));
    const password = await load(environment);
    expect(password.generated).toBeDefined();
    expect(await password.matches(password.generated!)).toBe(true);
  });

  it('leaves nothing beside a database that is refused, and is not changed there', async () => {
    const password = await load({ ...environment, JARVIS_PASSWORD: 'variable' }, false);
    await password.persist();
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
    expect(await password.change('wrong', 'a password of its own')).toBe(false);
    await expect(password.change('variable', 'a password of its own')).rejects.toThrow(
      /no password is kept beside it/,
    );
    expect(await password.matches('variable')).toBe(true);
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  it('works for this process alone, with a warning, where it cannot be kept', async () => {
    await mkdir(file);
    const password = await loadAndKeep();
    expect(await password.matches(password.generated!)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
  });

  describe('that was changed', () => {
    const VARIABLE = 'the variable of the service';
    const NEXT = 'a password of its own';

    async function changed(from?: string): Promise<Password> {
      const password = await load({ ...environment, JARVIS_PASSWORD: from });
      await password.persist();
      expect(await password.change(from ?? password.generated!, NEXT)).toBe(true);
      return password;
    }

    it.each([undefined, VARIABLE])(
      'holds at once and after a restart, with JARVIS_PASSWORD %j',
      async (from) => {
        const now = await changed(from);
        const after = await load({ ...environment, JARVIS_PASSWORD: from });
        for (const password of [now, after]) {
          expect(await password.matches(NEXT)).toBe(true);
          expect(await password.matches(VARIABLE)).toBe(false);
          expect(password.generated).toBeUndefined();
        }
        expect(after.generation).toBe(now.generation);
      },
    );

    it('gives way to a variable that was set since, and ends the tokens of before', async () => {
      const { generation } = await changed(VARIABLE);
      const password = await load({ ...environment, JARVIS_PASSWORD: 'another variable' });
      expect(await password.matches('another variable')).toBe(true);
      expect(await password.matches(NEXT)).toBe(false);
      expect(password.generation).toBeGreaterThan(generation);
    });

    it('gives way to a first variable as well', async () => {
      await changed();
      const password = await load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      expect(await password.matches(VARIABLE)).toBe(true);
      expect(await password.matches(NEXT)).toBe(false);
    });

    it('outlives the variable that it replaced, and so do its tokens', async () => {
      const { generation } = await changed(VARIABLE);
      const password = await load(environment);
      expect(await password.matches(NEXT)).toBe(true);
      expect(password.generation).toBe(generation);
    });

    it('is not, where the one until now is wrong', async () => {
      const password = await changed(VARIABLE);
      const before = await readFile(file, 'utf8');
      const { generation } = password;
      expect(await password.change(VARIABLE, 'a password of somebody else')).toBe(false);
      expect(await password.matches(NEXT)).toBe(true);
      expect(password.generation).toBe(generation);
      expect(await readFile(file, 'utf8')).toBe(before);
    });

    it('is changed by one of two that come at the same moment', async () => {
      const password = await changed(VARIABLE);
      const both = [password.change(NEXT, 'the first of two'), password.change(NEXT, 'the second of two')];
      expect(await Promise.all(both)).toEqual([true, false]);
      expect(await password.matches('the first of two')).toBe(true);
    });

    it('is of a higher generation each time, also after the file was lost', async () => {
      const password = await changed();
      const generations = [password.generation];
      await password.change(NEXT, 'the third password');
      generations.push(password.generation);
      await rm(file);
      generations.push((await loadAndKeep()).generation);
      expect(generations).toEqual([...new Set(generations)].sort((a, b) => a - b));
    });

    it('stays as it was where the new one cannot be kept', async () => {
      const password = await load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      await mkdir(join(file, 'in the way'), { recursive: true });
      const { generation } = password;
      await expect(password.change(VARIABLE, NEXT)).rejects.toThrow();
      expect(await password.matches(VARIABLE)).toBe(true);
      expect(password.generation).toBe(generation);
    });
  });

  describe('that is another one ends the tokens of before:', () => {
    const start = async (variable?: string): Promise<Password> => {
      const password = await load({ ...environment, JARVIS_PASSWORD: variable });
      await password.persist();
      return password;
    };

    it('a changed JARVIS_PASSWORD, also the one before the last again', async () => {
      const generations: number[] = [];
      for (const variable of ['first', 'second', 'first']) {
        const password = await start(variable);
        expect(await password.matches(variable)).toBe(true);
        generations.push(password.generation);
      }
      expect(generations).toEqual([...new Set(generations)].sort((a, b) => a - b));
    });

    it('a JARVIS_PASSWORD that is removed again; the one from before it holds', async () => {
      const own = await start();
      const set = await start('variable');
      const removed = await start();
      expect(await removed.matches(own.generated!)).toBe(true);
      expect(await removed.matches('variable')).toBe(false);
      expect(removed.generation).toBeGreaterThan(set.generation);
      expect(set.generation).toBeGreaterThan(own.generation);
    });

    it('a JARVIS_PASSWORD that is removed where there was none before it: another is made', async () => {
      const set = await start('variable');
      const removed = await start();
      expect(await removed.matches(removed.generated!)).toBe(true);
      expect(removed.generation).toBeGreaterThan(set.generation);
      expect((await start()).generation).toBe(removed.generation);
    });

    it('a JARVIS_PASSWORD that the next start does not find kept', async () => {
      const before = await start('variable');
      await rm(file);
      expect((await start('variable')).generation).toBeGreaterThan(before.generation);
    });

    it('not the same JARVIS_PASSWORD at the next start, nor one over which a change went', async () => {
      const first = await start('variable');
      expect((await start('variable')).generation).toBe(first.generation);
      await first.change('variable', 'a password of its own');
      const again = await start('variable');
      expect(await again.matches('a password of its own')).toBe(true);
      expect(again.generation).toBe(first.generation);
    });

    it('of a version that did not keep JARVIS_PASSWORD: tokens stay where it is the one that was replaced', async () => {
      const changed = await start('variable');
      await changed.change('variable', 'a password of its own');
      const { variable: replaces, ...kept } = JSON.parse(await readFile(file, 'utf8')) as StoredPassword;
      await writeFile(file, JSON.stringify({ ...kept, replaces }));
      const after = await start('variable');
      expect(await after.matches('a password of its own')).toBe(true);
      expect(after.generation).toBe(changed.generation);
    });
  });

  describe('whose clock went back', () => {
    const YEAR_MS = 365 * 86_400_000;
    afterEach(() => void jest.restoreAllMocks());

    it('has higher generations all the same', async () => {
      const before = await load({ ...environment, JARVIS_PASSWORD: 'first' });
      await before.persist();
      jest.spyOn(Date, 'now').mockReturnValue(Date.now() - YEAR_MS);
      const after = await load({ ...environment, JARVIS_PASSWORD: 'second' });
      expect(after.generation).toBeGreaterThan(before.generation);
    });

    it('gives no generation twice, where its file was lost as well', async () => {
      jest.spyOn(Date, 'now').mockReturnValue(YEAR_MS);
      const generations = new Set<number>();
      for (let count = 0; count < 4; count++) generations.add((await load(environment)).generation);
      expect(generations.size).toBeGreaterThan(1);
    });

    it('never falls while it serves, where another process could not know the generation', async () => {
      const password = await loadAndKeep();
      const { generation } = password;
      await rm(file);
      jest.spyOn(Date, 'now').mockReturnValue(YEAR_MS);
      await resetPassword(databaseTarget(environment), 'set at the command line');
      await nextLook();
      expect(password.generation).toBeGreaterThan(generation);
      // The file has it as well, for the next start.
      await password.persist();
      expect((await load(environment)).generation).toBe(password.generation);
    });

    it('far ahead leaves numbers for the generations that follow', async () => {
      jest.spyOn(Date, 'now').mockReturnValue(Date.parse('9999-12-31T23:59:59Z'));
      const password = await loadAndKeep();
      const { generation } = password;
      await password.change(password.generated!, 'a password of its own');
      expect(password.generation).toBeGreaterThan(generation);
      expect((await load(environment)).generation).toBe(password.generation);
    });
  });

  describe('that the command line sets', () => {
    const VARIABLE = 'the variable of the service';
    const SET = 'set at the command line';

    it.each([undefined, VARIABLE])(
      'goes before what was there, JARVIS_PASSWORD %j included',
      async (variable) => {
        const settings = { ...environment, JARVIS_PASSWORD: variable };
        await resetPassword(databaseTarget(environment), SET);
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        const password = await load(settings);
        expect(await password.matches(SET)).toBe(true);
        await password.persist();
        // The first process that served has added which variable was set.
        expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('variable');
        expect(await (await load(settings)).matches(SET)).toBe(true);
        const later = await load({ ...environment, JARVIS_PASSWORD: 'set afterwards' });
        expect(await later.matches('set afterwards')).toBe(true);
        expect(await later.matches(SET)).toBe(false);
      },
    );

    it('is noticed by a process that serves, at the next look', async () => {
      const password = await load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      await password.persist();
      const { generation } = password;
      await resetPassword(databaseTarget(environment), SET);
      await nextLook();
      expect(password.generation).toBeGreaterThan(generation);
      expect(await password.matches(SET)).toBe(true);
      expect(await password.matches(VARIABLE)).toBe(false);
    });

    it('while a process starts is not overwritten by what that process keeps', async () => {
      const password = await load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      await resetPassword(databaseTarget(environment), SET);
      await password.persist();
      expect(await password.matches(SET)).toBe(true);
      expect(await (await load({ ...environment, JARVIS_PASSWORD: VARIABLE })).matches(SET)).toBe(true);
    });

    it('is not overwritten by a change with the one of before', async () => {
      const password = await load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      await password.persist();
      await resetPassword(databaseTarget(environment), SET);
      expect(await password.change(VARIABLE, 'of somebody who knew it')).toBe(false);
      expect(await password.matches(SET)).toBe(true);
      expect(await (await load({ ...environment, JARVIS_PASSWORD: VARIABLE })).matches(SET)).toBe(true);
    });

    it('while a start computes its hashes is noticed at the next look', async () => {
      await (await load({ ...environment, JARVIS_PASSWORD: VARIABLE })).persist();
      const loading = load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      await resetPassword(databaseTarget(environment), SET);
      const password = await loading;
      await nextLook();
      expect(await password.matches(SET)).toBe(true);
    });

    it('gives way to a variable that was changed since, and not to the one of before', async () => {
      await (await load({ ...environment, JARVIS_PASSWORD: VARIABLE })).persist();
      await resetPassword(databaseTarget(environment), SET);
      expect(await (await load({ ...environment, JARVIS_PASSWORD: VARIABLE })).matches(SET)).toBe(true);
      const changed = await load({ ...environment, JARVIS_PASSWORD: 'another variable' });
      expect(await changed.matches('another variable')).toBe(true);
    });

    it('damaged while a process serves changes nothing for it', async () => {
      const password = await load({ ...environment, JARVIS_PASSWORD: VARIABLE });
      const { generation } = password;
      await writeFile(file, '{"hash":"cut');
      await nextLook();
      expect(password.generation).toBe(generation);
      expect(await password.matches(VARIABLE)).toBe(true);
    });

    it.each(['too short', '', 'x'.repeat(1025), 'twelve characters and a NUL\0'])(
      'is refused, with nothing kept: %j',
      async (text) => {
        await expect(resetPassword(databaseTarget(environment), text)).rejects.toThrow(/nothing was changed/);
        await expect(stat(file)).rejects.toThrow(/ENOENT/);
      },
    );
  });

  it('that an earlier version kept beside a link is still the one, also for the command line', async () => {
    const DB_PATH = join(folder, 'link.db');
    await symlink(environment.DB_PATH, DB_PATH);
    const linked = { ...environment, DB_PATH };
    const kept = { hash: await hash('kept beside the link'), generation: 1, variable: null };
    await writeSecretFile(`${DB_PATH}.password-hash`, formatPassword(kept));
    const password = await load(linked);
    expect(await password.matches('kept beside the link')).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(stat(`${DB_PATH}.password-hash`)).rejects.toThrow(/ENOENT/);
  });

  it('that a version before generations kept is taken over, and its tokens with it', async () => {
    const { hash } = JSON.parse(await keptText()) as { hash: string };
    await writeFile(file, `${hash}\n`);
    const password = await load(environment);
    expect(password.generated).toBeUndefined();
    expect(password.generation).toBe(0);
  });

  it.each([
    ['no generation', (kept: object) => ({ ...kept, generation: undefined })],
    ['a generation that is text', (kept: object) => ({ ...kept, generation: '7' })],
    ['a hash that is cut', (kept: { hash: string }) => ({ ...kept, hash: kept.hash.slice(0, -1) })],
    ['a variable that is no hash', (kept: object) => ({ ...kept, variable: 'hunter2' })],
    ['a password of its own that is no hash', (kept: object) => ({ ...kept, own: 'hunter2' })],
  ])('is made anew where the kept one has %s', async (_, spoil) => {
    const kept = JSON.parse(await keptText()) as { hash: string };
    await writeFile(file, JSON.stringify(spoil(kept)));
    expect((await load(environment)).generated).toBeDefined();
  });

  /** The file is looked at once a second. */
  async function nextLook(): Promise<void> {
    await new Promise((over) => setTimeout(over, 1010));
  }

  async function keptText(): Promise<string> {
    await loadAndKeep();
    return readFile(file, 'utf8');
  }
});
