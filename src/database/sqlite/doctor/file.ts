import { accessSync, constants, existsSync, lstatSync, statSync } from 'node:fs';
import { codeOf } from '../../../problems/errors.js';
import { broken, good, limit, untold, type Finding } from '../../finding.js';
import { readDatabase } from '../connection/read-only.js';
import { FileRefused, fileKindOf } from '../file/header.js';
import { identify, type Identity } from '../file/identity.js';
import { inspect, requireOwnFile } from '../file/inspection.js';
import { DatabaseInUse, LockUnreadable, lockPath, readLockState } from '../file/lock.js';
import { openAlongside } from '../file/open.js';
import { FILES_BESIDE } from './files-beside.js';

const OTHERS_BITS = 0o077;
const MODE_BITS = 0o777;
const NO_AUTO_VACUUM = 0;
const UTF8 = 'UTF-8';

const IDENTITIES: Readonly<Record<Identity, string>> = {
  current: 'It is of this version.',
  older: 'It is of an earlier version: the next start migrates it.',
  newer: 'It is of a newer version than this program.',
  foreign: 'It is a database, but not one of Jarvis memory.',
};

/** What the file is, read beside a service and without changing it. @param path the real path. */
export async function checkFile(path: string): Promise<Finding[]> {
  try {
    if (fileKindOf(path) === 'none')
      return [good('file', `${path} is not there yet: the first start makes it.`)];
    return await openAlongside(path, 'read', async () => {
      await requireOwnFile(inspect(path));
      return [
        ...readDatabase(path, (handle) => [checkIdentity(path, identify(handle)), checkSettings(handle)]),
      ];
    });
  } catch (error) {
    if (error instanceof FileRefused) return [broken('file', `${path}: ${error.reason}`)];
    // The lock says so by itself.
    if (error instanceof DatabaseInUse || error instanceof LockUnreadable) return [];
    return [untold('file', error, 'broken')];
  }
}

function checkIdentity(path: string, identity: Identity): Finding {
  const told = `${path}: ${IDENTITIES[identity]}`;
  const isOurs = identity === 'current' || identity === 'older';
  return isOurs
    ? good('file', told, 'Whether it is in order says `jarvis-memory check`.')
    : broken('file', told);
}

interface Readable {
  pragma(source: string, options: { simple: true }): unknown;
}

/** What is kept in the file; what belongs to a connection, the service sets itself. */
function checkSettings(handle: Readable): Finding {
  const setting = (name: string): unknown => handle.pragma(name, { simple: true });
  const told = `journal_mode ${String(setting('journal_mode'))}, page_size ${String(setting('page_size'))}, encoding ${String(setting('encoding'))}`;
  if (setting('encoding') !== UTF8)
    return limit(
      'settings',
      `${told}.`,
      'Texts are converted at each access; export and import make it UTF-8.',
    );
  if (setting('auto_vacuum') === NO_AUTO_VACUUM)
    return limit(
      'settings',
      `${told}, auto_vacuum none.`,
      'It does not shrink by itself: `jarvis-memory compact`.',
    );
  return good('settings', `${told}; the service syncs what it acknowledges (synchronous FULL).`);
}

/** Who may read and write it. */
export function checkOwner(path: string): Finding {
  const present = FILES_BESIDE.map((suffix) => `${path}${suffix}`).filter((name) => existsSync(name));
  const link = present.find((name) => lstatSync(name).isSymbolicLink());
  if (link !== undefined) return broken('owner', `${link} is a link, which is not followed.`, 'Remove it.');
  for (const name of present) {
    try {
      accessSync(name, constants.R_OK | constants.W_OK);
    } catch (error) {
      const why = `This account cannot write ${name} (${codeOf(error) ?? String(error)}).`;
      return broken('owner', why, 'Use the account of the service.');
    }
  }
  return present.length === 0
    ? good('owner', 'A new file is readable by its owner only.')
    : checkModes(present);
}

function checkModes(present: readonly string[]): Finding {
  const stats = present.map((name) => ({ name, ...statSync(name) }));
  const linked = stats.find(({ nlink }) => nlink > 1);
  if (linked)
    return limit(
      'owner',
      `${linked.name} has ${linked.nlink} names (hard links).`,
      'Two services would not see each other by two names.',
    );
  const open = stats.find(({ mode }) => (mode & OTHERS_BITS) !== 0);
  const owners = [...new Set(stats.map(({ uid }) => uid))].join(' and ');
  if (!open) return good('owner', `Only its owner (user ${owners}) may read it.`);
  const mode = (open.mode & MODE_BITS).toString(8).padStart(4, '0');
  return limit(
    'owner',
    `Others may read ${open.name} (mode ${mode}, user ${owners}).`,
    'chmod 600, where that was not meant.',
  );
}

/** Who has it. */
export function checkLockFile(path: string): Finding {
  const subject = 'lock file';
  try {
    const beside = lstatSync(lockPath(path), { throwIfNoEntry: false });
    if (beside && !beside.isFile()) return broken(subject, `${lockPath(path)} is no file.`, 'Remove it.');
    const { holder, previous } = readLockState(path);
    if (holder)
      return good(subject, `Held by process ${holder.pid ?? 'unknown'}, which is ${holder.purpose} it.`);
    if (!previous) return good(subject, 'Free; nobody has served the file yet.');
    if (previous.ended !== null)
      return good(subject, `Free; the last process closed the file at ${previous.ended}.`);
    return good(subject, 'Free; the last process did not close the file, and the next start looks at it.');
  } catch (error) {
    if (error instanceof LockUnreadable) return broken(subject, error.message);
    return untold(subject, error);
  }
}
