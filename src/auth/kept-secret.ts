import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What became of reading a kept secret. One that is there but cannot be read must not be replaced. */
export type KeptSecret =
  | { readonly state: 'kept'; readonly secret: string }
  | { readonly state: 'none' }
  | { readonly state: 'unreadable' };

/** Reads a small secret that is kept in a file of its own, readable by the owner of the process alone (0600). */
export async function readKept(file: string): Promise<KeptSecret> {
  try {
    return { state: 'kept', secret: (await readFile(file, 'utf8')).trim() };
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable' };
  }
}

/** Keeps a secret for `readKept`; on disk when it resolves. The file takes its name only when it is whole. */
export async function keep(file: string, secret: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.${randomBytes(6).toString('hex')}.part`;
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(`${secret}\n`);
      await giveToOwner(handle, file);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/**
 * What root writes, as with the command line, has to be readable by the service: it belongs to whom the file belonged,
 * or to whom the folder does.
 */
async function giveToOwner(handle: FileHandle, file: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(file).catch(() => stat(dirname(file)));
  await handle.chown(uid, gid);
}

/** Waits until the names in a folder are on disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
