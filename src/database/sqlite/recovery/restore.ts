import { existsSync } from 'node:fs';
import { matchOwner } from '../../../files/files.js';
import { fileNameTimestamp } from '../../../time/time.js';
import { putInPlace, removeParts, takeAccessFrom } from '../file/parts.js';
import { finishReplacement, replace } from './replacement.js';
import { unpackBackup, type BackupContents, type UnpackOptions } from './unpack-backup.js';

const NAMES = { ready: '.restore-', replaced: '.replaced-' };

export interface Restored extends BackupContents {
  /** The new path of the replaced file; `undefined` where there was none. */
  readonly replaced: string | undefined;
}

/**
 * Replaces a database by a backup. The backup is unpacked beside it, checked and synced first; the replaced database is
 * moved to `<file>.replaced-<time>`, and so are the secrets beside it where the backup brings others. Wherever the process is
 * killed, either the old or the new memory is in place, if need be by `finishRestore` at the next start. The caller holds
 * the lock of the file.
 *
 * @throws BackupRefused where the backup is damaged, of a newer version or of another program; nothing is changed.
 */
export async function restoreFile(backup: string, file: string, options: UnpackOptions): Promise<Restored> {
  await finishRestore(file);
  // Else they would come later, in place of those that are restored.
  await options.secrets.settle(file);
  const part = `${file}.restore.part`;
  await removeParts(part);
  try {
    const contents = await unpackBackup(backup, part, options);
    takeAccessFrom(file, part);
    const time = fileNameTimestamp();
    const ready = `${file}${NAMES.ready}${time}`;
    if (contents.secrets.length > 0) {
      await options.secrets.prepare(ready, contents.secrets);
      const waiting = await options.secrets.replace(ready, contents.secrets);
      if (waiting.length > 0)
        throw new Error(`${waiting.join(', ')} cannot be renamed; nothing was restored.`);
      for (const { name } of contents.secrets) matchOwner(`${ready}.${name}`, file);
    }
    await putInPlace(part, ready);
    await replace(file, time, NAMES);
    const replaced = `${file}${NAMES.replaced}${time}`;
    return { ...contents, replaced: existsSync(replaced) ? replaced : undefined };
  } finally {
    await removeParts(part);
  }
}

/**
 * Completes a restore that was killed after the old file had been moved away, or rolls back one that had not come so far.
 * Called with the lock held, before a missing file is created.
 * @returns whether a restore was completed.
 */
export function finishRestore(file: string): Promise<boolean> {
  return finishReplacement(file, NAMES);
}
