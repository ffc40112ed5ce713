import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { realFile } from '../../../files/files.js';
import { NO_LOG } from '../../database.options.js';
import { good, limit, untold, type Finding } from '../../finding.js';
import { DiskGuard, type DiskLimits } from '../disk/disk-guard.js';
import { checkFile, checkLockFile, checkOwner } from './file.js';
import { checkFileSystem } from './file-system.js';
import { tryFolder } from './scratch.js';

/**
 * What a file and its folder can do, also while a service has it. Nothing is changed: what has to be tried is tried with a
 * small database beside it, which is removed. Never throws.
 */
export async function examineFile(file: string, disk: DiskLimits): Promise<Finding[]> {
  try {
    const path = realFile(file);
    const folder = nearestFolder(dirname(path));
    return [
      ...(await checkFile(path)),
      checkOwner(path),
      checkLockFile(path),
      checkFileSystem(folder),
      ...(await tryFolder(folder)),
      checkSpace(join(folder, basename(path)), disk),
      versions(),
    ];
  } catch (error) {
    return [untold('file', error, 'broken')];
  }
}

/** A folder that is not there yet is made by the first start, on the same disk. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : nearestFolder(dirname(folder));
}

function checkSpace(file: string, disk: DiskLimits): Finding {
  const { state, detail } = new DiskGuard(file, disk, NO_LOG).condition();
  if (state === 'up') return good('free space', detail);
  return limit('free space', detail, 'A full disk is answered with 507; nothing that was saved is lost.');
}

function versions(): Finding {
  const handle = new Sqlite(':memory:');
  const version = String(handle.prepare('SELECT sqlite_version()').pluck().get());
  handle.close();
  return good('versions', `SQLite ${version}, Node ${process.version}.`);
}
