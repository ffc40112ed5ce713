import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  preparedSecret,
  readSecretFile,
  relocateSecret,
  takeMovedSecret,
  writeSecretFile,
} from './secret-file.js';

describe('A kept secret', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jarvis-kept-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read as it was kept, from a folder that was made for it', async () => {
    const file = join(folder, 'deep', 'er', 'secret');
    await writeSecretFile(file, 'hush');
    expect(readSecretFile(file)).toEqual({ state: 'kept', secret: 'hush' });
  });

  it('can be read by its owner alone', async () => {
    const file = join(folder, 'secret');
    await writeSecretFile(file, 'hush');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('replaces an older one, and takes over its readers no more than its content', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'old', { mode: 0o644 });
    await chmod(file, 0o644);
    await writeSecretFile(file, 'new');
    expect(await readFile(file, 'utf8')).toBe('new\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('leaves no unfinished file behind', async () => {
    await writeSecretFile(join(folder, 'secret'), 'hush');
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('leaves no unfinished file behind when the name is taken by a folder', async () => {
    await mkdir(join(folder, 'secret', 'inside'), { recursive: true });
    await expect(writeSecretFile(join(folder, 'secret'), 'hush')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['secret']);
  });

  it('is told apart: kept, none, or there but unreadable', () => {
    expect(readSecretFile(join(folder, 'none'))).toEqual({ state: 'none' });
    expect(readSecretFile(folder)).toEqual({ state: 'unreadable' });
  });

  const itAsRoot = process.getuid?.() === 0 ? it : it.skip;
  itAsRoot('of a move gives no other file an owner, where a link lies in its place', async () => {
    const database = join(folder, 'data', 'memory.db');
    const foreign = join(folder, 'foreign');
    await mkdir(join(folder, 'data'));
    await chown(join(folder, 'data'), 12345, 12345);
    await writeFile(foreign, 'hush');
    await symlink(foreign, preparedSecret(database, 'jwt-secret'));
    await takeMovedSecret(database, 'jwt-secret');
    expect(await stat(foreign)).toMatchObject({ uid: 0, gid: 0 });
    expect(readSecretFile(`${database}.jwt-secret`)).toEqual({ state: 'unreadable' });
  });

  itAsRoot('of a move gets the owner of the folder', async () => {
    const database = join(folder, 'memory.db');
    await chown(folder, 12345, 12345);
    await writeFile(preparedSecret(database, 'jwt-secret'), 'hush');
    expect(await takeMovedSecret(database, 'jwt-secret')).toBe(true);
    expect(await stat(`${database}.jwt-secret`)).toMatchObject({ uid: 12345, gid: 12345 });
  });

  it('of an earlier version that cannot be moved stays, and none may be made in its place', async () => {
    const link = join(folder, 'link.db');
    // A name to which no more than the suffix can be added: the unfinished file has a longer one.
    await symlink(join(folder, 'r'.repeat(240)), link);
    await writeSecretFile(`${link}.secret`, 'hush');
    expect(await relocateSecret(link, '.secret')).toBe(false);
    expect(readSecretFile(`${link}.secret`)).toEqual({ state: 'kept', secret: 'hush' });
  });

  it('of an earlier version is moved from beside a link to beside the database, once', async () => {
    const [real, link] = [join(folder, 'real.db'), join(folder, 'link.db')];
    await writeFile(real, '');
    await symlink(real, link);
    await writeSecretFile(`${link}.secret`, 'hush');
    await relocateSecret(link, '.secret');
    expect((await readdir(folder)).sort()).toEqual(['link.db', 'real.db', 'real.db.secret']);
    expect(readSecretFile(`${real}.secret`)).toEqual({ state: 'kept', secret: 'hush' });
    await writeSecretFile(`${link}.secret`, 'of somebody else');
    await relocateSecret(link, '.secret');
    await relocateSecret(real, '.secret');
    expect(readSecretFile(`${real}.secret`)).toEqual({ state: 'kept', secret: 'hush' });
  });
});
