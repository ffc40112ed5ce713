import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readEnvironment, type Environment } from '../config/index.js';
import { Password } from './password.js';

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
    file = `${environment.DB_PATH}.password-hash`;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** As the program does: what was made is kept once its owner could see it. */
  async function loadAndKeep(): Promise<Password> {
    const password = await Password.load(environment);
    await password.keepGenerated();
    return password;
  }

  it('is not kept by a start that never came to showing it', async () => {
    await Password.load(environment);
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  it('is JARVIS_PASSWORD where that is set: this text and no other, and nothing is written', async () => {
    const password = await Password.load({ ...environment, JARVIS_PASSWORD: 'pässwörd 🔑' });
    expect(await password.matches('pässwörd 🔑')).toBe(true);
    for (const other of ['pässwörd', 'PÄSSWÖRD 🔑', 'pässwörd 🔑 ', '', 'pa\u0308ssw\u00f6rd 🔑']) {
      expect(await password.matches(other)).toBe(false);
    }
    expect(password.generated).toBeUndefined();
    await expect(stat(file)).rejects.toThrow(/ENOENT/);
  });

  it('is else made at random and shown by the start that makes it only', async () => {
    const first = await Password.load(environment);
    expect(Buffer.from(first.generated!, 'base64url')).toHaveLength(18);
    expect(await first.matches(first.generated!)).toBe(true);
    await first.keepGenerated();
    const second = await Password.load(environment);
    expect(second.generated).toBeUndefined();
    expect(await second.matches(first.generated!)).toBe(true);
    expect(await second.matches('another')).toBe(false);
  });

  it('is kept as an argon2id hash that its owner alone can read, never in clear', async () => {
    const { generated } = await loadAndKeep();
    const kept = await readFile(file, 'utf8');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$/);
    expect(kept).not.toContain(generated!);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('of JARVIS_PASSWORD goes before a kept one', async () => {
    const { generated } = await loadAndKeep();
    const password = await Password.load({ ...environment, JARVIS_PASSWORD: 'mine' });
    expect(await password.matches('mine')).toBe(true);
    expect(await password.matches(generated!)).toBe(false);
  });

  it.each(['', 'hunter2', '$2b$10$abcdefghijklmnopqrstuv'])(
    'is made anew where the kept text is no argon2id hash: %j',
    async (kept) => {
      await writeFile(file, kept);
      const password = await Password.load(environment);
      expect(await password.matches(password.generated!)).toBe(true);
      expect(await password.matches(kept)).toBe(false);
    },
  );

  it('is made anew where the kept hash was cut, instead of locking its owner out for good', async () => {
    await loadAndKeep();
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 40));
    const password = await Password.load(environment);
    expect(password.generated).toBeDefined();
    expect(await password.matches(password.generated!)).toBe(true);
  });

  it('works for this process alone, with a warning, where it cannot be kept', async () => {
    await mkdir(file);
    const password = await loadAndKeep();
    expect(await password.matches(password.generated!)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
  });
});
