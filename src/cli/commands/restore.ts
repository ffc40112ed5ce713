import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { PostgresOptions } from '../../database/database.options.js';
import type { BackupContents, Restored, UnpackOptions } from '../../database/file-operations.js';
import { copyingFailed, stopSignal } from '../copying.js';
import { CommandError, EXIT } from '../exit.js';
import { openProgress, type Progress } from '../progress.js';
import { print } from '../output.js';
import { readTarget } from '../target.js';
import { formatTable } from '../table.js';

interface Options {
  readonly force?: boolean;
  readonly withoutKeys?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  jarvis-memory restore backups/jarvis-2026-11-22T20-15-00-123Z.db.gz
  DB_PATH=/tmp/look.db jarvis-memory restore /mnt/nas/jarvis-2026-11-22T20-15-00-123Z.db   # to look at it elsewhere
  DATABASE_URL=postgres://jarvis@db.example/fresh jarvis-memory restore jarvis-2026-11-22T20-15-00-123Z.db.gz

Stop the service first; while one has the database this ends with 3. The backup is checked before anything
happens; a damaged one ends with 2. What is there now is kept beside it, as <DB_PATH>.replaced-<time>.

API keys and ended sessions are as they were when the backup was made: a key that was deleted since is valid
again. They are listed; --without-keys leaves them out. Change the password to end every session.

A backup of a memory in PostgreSQL brings the password and the secret that signs the tokens as well, unless
--without-keys is given. One of a file does where they lie beside it (<backup>.password-hash, <backup>.jwt-secret).

Where DATABASE_URL is set the backup, of either kind, is copied into that database, which has to be empty: nothing in it is
replaced. Both sides are compared before it counts. It is unpacked in the folder for temporary files (TMPDIR).`;

const OUTCOME = 'nothing was restored';
const EMPTY_ADVICE = 'Make an empty database (createdb), name that by DATABASE_URL, and restore into it.';

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description(
      'Put a backup in the place of the database at DB_PATH, or into an empty one at DATABASE_URL.',
    )
    .argument('<backup>', 'a backup, compressed or not')
    .option('--force', 'also where the file at DB_PATH is no database of Jarvis memory')
    .option('--without-keys', 'leave out the API keys, and all else that gives access')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(restore);
}

async function restore(
  backup: string,
  { force = false, withoutKeys = false, quiet }: Options,
): Promise<void> {
  const { file, postgres } = await readTarget();
  if (!existsSync(backup)) throw new CommandError(`There is no file ${backup}.`);
  const progress = await openProgress({ quiet });
  try {
    const told = postgres
      ? await fillServer(backup, postgres, !withoutKeys, progress)
      : await replaceFile(backup, file, { force, withKeys: !withoutKeys }, progress);
    progress.end();
    print(told);
  } catch (error) {
    progress.end();
    throw await explained(error, backup);
  }
}

async function explained(error: unknown, backup: string): Promise<unknown> {
  const { BackupRefused, FileRefused } = await import('../../database/file-operations.js');
  if (error instanceof FileRefused)
    return new CommandError(`It is left alone: ${error.reason} --force moves it aside all the same.`);
  if (error instanceof BackupRefused)
    return new CommandError(`${backup} was not restored. ${error.message}`, EXIT.NOT_IN_ORDER);
  return copyingFailed(error, { outcome: OUTCOME, advice: EMPTY_ADVICE });
}

/** The command reports a missing lock itself. */
const SILENT_LOGGER = { log: () => undefined, warn: () => undefined, error: () => undefined };

async function replaceFile(
  backup: string,
  file: string,
  { force, withKeys }: { force: boolean; withKeys: boolean },
  progress: Progress,
): Promise<string> {
  const { openExclusive, restoreFile } = await import('../../database/file-operations.js');
  const options = await unpackOptions(withKeys, progress);
  const taking = { purpose: 'restoring', log: SILENT_LOGGER, allowForeign: force } as const;
  return openExclusive(file, taking, async ({ path, lock }) => {
    if (!lock) throw new CommandError(`${dirname(path)} cannot be written to.`);
    const restored = await restoreFile(backup, path, options);
    lock.begin('restoring');
    lock.release();
    return `Restored ${path} from ${backup}\n${describe(restored)}`;
  });
}

const STEPS = { copy: 'Restoring', compare: 'Comparing' } as const;

async function fillServer(
  backup: string,
  postgres: PostgresOptions,
  withKeys: boolean,
  progress: Progress,
): Promise<string> {
  await import('../../small-heap.js');
  const { restoreIntoServer } = await import('../../database/restore-server.js');
  const { describeDatabaseUrl } = await import('../../config/database-url.js');
  const restored = await restoreIntoServer(backup, postgres, {
    ...(await unpackOptions(withKeys, progress)),
    signal: stopSignal(OUTCOME),
    onProgress: (step, done, total) => {
      progress.report(STEPS[step], done, total);
    },
  });
  const { tables, isEqual } = restored.copied;
  if (!isEqual) throw new CommandError('The backup and what was restored differ. Nothing was restored.');
  const rows = Object.fromEntries(tables.map(({ name, target }) => [name, target.rows]));
  const told = describe({ ...restored, rows });
  return `Restored ${describeDatabaseUrl(postgres.url)} from ${backup}; both hold the same.\n${told}`;
}

async function unpackOptions(withKeys: boolean, progress: Progress): Promise<UnpackOptions> {
  // Not by the index, which loads the whole service.
  const { SECRETS_BESIDE_FILE } = await import('../../auth/secrets/beside-file.js');
  const report = (done: number, total: number): void => {
    progress.report('Unpacking', done, total);
  };
  return { withKeys, secrets: SECRETS_BESIDE_FILE, report };
}

function describe({
  rows,
  keys,
  foreignObjects,
  secrets,
  replaced,
}: BackupContents & Partial<Pick<Restored, 'replaced'>>): string {
  const lines = Object.entries(rows).map(([table, count]) => `  ${table}: ${count} rows`);
  for (const one of foreignObjects) lines.push(`  not made by this service: ${one}`);
  if (replaced !== undefined) lines.push(`What was there is kept as ${replaced}`);
  if (secrets.length > 0)
    lines.push(`From the backup, too (--without-keys): ${secrets.map(({ name }) => name).join(', ')}`);
  if (keys.length > 0)
    lines.push('These API keys give access now (--without-keys would have left them out):');
  const table = keys.map(({ id, name, role }) => [String(id), String(name), String(role)]);
  return `${lines.join('\n')}\n${keys.length > 0 ? formatTable(['ID', 'NAME', 'ROLE'], table) : ''}`;
}
