import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  matchOwner,
  OWNER_ONLY,
  readPrivateFile,
  realFile,
  syncPath,
  unfinishedMove,
} from '../../files/files.js';
import type { SecretName, StoredSecret } from './secret-store.js';

/** Reads a secret from its own file, which only the owner of the process may read (0600). */
export function readSecretFile(file: string): StoredSecret {
  try {
    return { state: 'kept', secret: readPrivateFile(file).trim() };
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable' };
  }
}

/**
 * Moves a secret from where earlier versions kept it: beside `DB_PATH` as given, also where that is a symbolic link.
 * One beside the database file itself takes precedence.
 * @returns false where a secret cannot be moved, as on a full disk: then no new one may be created in its place.
 */
export async function relocateSecret(databaseFile: string, suffix: string): Promise<boolean> {
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

/** Where a move lays a secret ready. */
export function preparedSecret(databaseFile: string, name: SecretName): string {
  return `${unfinishedMove(databaseFile)}.${name}`;
}

/** The secret of a memory that was moved here, where that ended before the secret had its place. */
export function movedSecret(databaseFile: string, name: SecretName): string | undefined {
  const prepared = preparedSecret(databaseFile, name);
  return existsSync(prepared) && !existsSync(unfinishedMove(databaseFile)) ? prepared : undefined;
}

/** Gives it its place. @returns false where that is not possible, as on a disk that only can be read. */
export async function takeMovedSecret(databaseFile: string, name: SecretName): Promise<boolean> {
  const moved = movedSecret(databaseFile, name);
  if (moved === undefined) return true;
  const file = `${databaseFile}.${name}`;
  try {
    matchOwner(moved, file);
    await rename(moved, file);
    await syncPath(dirname(file));
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes a secret for `readSecretFile`; on disk when it resolves. Written to a temporary file and renamed, so that
 * the file is never incomplete.
 */
export async function writeSecretFile(file: string, secret: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    const handle = await open(temporary, 'wx', OWNER_ONLY);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    matchOwner(temporary, file);
    await rename(temporary, file);
    await syncPath(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
