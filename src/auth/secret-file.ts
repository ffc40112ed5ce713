import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { matchOwner, OWNER_ONLY, readPrivateFile, realFile, syncPath } from '../files/files.js';

/** What became of reading a kept secret. One that is there but cannot be read must not be replaced. */
export type StoredSecret =
  | { readonly state: 'kept'; readonly secret: string }
  | { readonly state: 'none' }
  | { readonly state: 'unreadable' };

/** Reads a small secret that is kept in a file of its own, readable by the owner of the process alone (0600). */
export function readSecretFile(file: string): StoredSecret {
  try {
    return { state: 'kept', secret: readPrivateFile(file).trim() };
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable' };
  }
}

/**
 * Moves a secret to where it is looked for. Earlier versions kept it beside `DB_PATH` as given, also where that is a
 * link; one that lies at the database itself goes before it.
 * @returns false where one is left that cannot be moved, as on a full disk: then none may be made in its place.
 */
export async function adoptSecret(databaseFile: string, suffix: string): Promise<boolean> {
  const [former, file] = [`${resolve(databaseFile.trim())}${suffix}`, `${realFile(databaseFile)}${suffix}`];
  if (former === file || readSecretFile(file).state !== 'none') return true;
  const found = readSecretFile(former);
  if (found.state !== 'kept') return found.state === 'none';
  try {
    await writeSecretFile(file, found.secret);
  } catch {
    return false;
  }
  await rm(former, { force: true }).catch(() => undefined);
  return true;
}

/** Keeps a secret for `readSecretFile`; on disk when it resolves. The file takes its name only when it is whole. */
export async function writeSecretFile(file: string, secret: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    const handle = await open(unfinished, 'wx', OWNER_ONLY);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    matchOwner(unfinished, file);
    await rename(unfinished, file);
    await syncPath(dirname(file));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
