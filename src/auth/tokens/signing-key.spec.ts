import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readEnvironment, type Environment } from '../../config/index.js';
import { FileSecretStore } from '../secrets/file-secret-store.js';
import type { SecretStore } from '../secrets/secret-store.js';
import { loadSigningKey } from './signing-key.js';

describe('The key that signs the tokens', () => {
  const warnings: unknown[] = [];
  let folder: string;
  let environment: Environment;

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
    folder = await mkdtemp(join(tmpdir(), 'jarvis-key-'));
    environment = readEnvironment({ DB_PATH: join(folder, 'jarvis.db') });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function load(settings: Environment = environment): Promise<string> {
    const { JWT_SECRET, DB_PATH } = settings;
    const key = await loadSigningKey(JWT_SECRET, () => FileSecretStore.open(DB_PATH, 'jwt-secret'));
    return key.export().toString();
  }

  it('is JWT_SECRET where that is set, and nothing is written', async () => {
    const secret = 'a secret that is long enough for HS256';
    expect(await load({ ...environment, JWT_SECRET: secret })).toBe(secret);
    await expect(stat(`${environment.DB_PATH}.jwt-secret`)).rejects.toThrow(/ENOENT/);
  });

  it('is read again where instances share it and the database does not answer at once', async () => {
    const read = jest
      .fn<SecretStore['read']>()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValue({ state: 'kept', secret: 'the secret that all instances have' });
    const store = { place: '', mayCreate: true, isShared: true, read } as unknown as SecretStore;
    const key = await loadSigningKey(undefined, () => Promise.resolve(store));
    expect(key.export().toString()).toBe('the secret that all instances have');
    expect(warnings).toEqual([]);
  });

  it('is else made at random, kept for the owner alone, and the same after a restart', async () => {
    const first = await load();
    const file = `${environment.DB_PATH}.jwt-secret`;
    expect(Buffer.from(first, 'base64url')).toHaveLength(48);
    expect((await readFile(file, 'utf8')).trim()).toBe(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await load()).toBe(first);
  });

  it('differs from one installation to the next', async () => {
    const other = { ...environment, DB_PATH: join(folder, 'other.db') };
    expect(await load(other)).not.toBe(await load());
  });

  it.each(['', 'short', 'x'.repeat(31)])('is made anew where the kept one is too short: %j', async (kept) => {
    await writeFile(`${environment.DB_PATH}.jwt-secret`, kept);
    const key = await load();
    expect(key).not.toBe(kept);
    expect(await load()).toBe(key);
  });

  it('works for this process alone, with a warning, where it cannot be kept', async () => {
    await mkdir(`${environment.DB_PATH}.jwt-secret`);
    expect(Buffer.from(await load(), 'base64url')).toHaveLength(48);
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
  });
});
