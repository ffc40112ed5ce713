import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { CommandError, EXIT } from '../exit.js';
import type { Restored } from '../../database/file-operations.js';
import { openProgress } from '../progress.js';
import { print } from '../output.js';
import { readTargetFile } from '../target.js';
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

Stop the service first; while one has the database this ends with 3. The backup is checked before anything
happens; a damaged one ends with 2. What is there now is kept beside it, as <DB_PATH>.replaced-<time>.

API keys and ended sessions are as they were when the backup was made: a key that was deleted since is valid
again. They are listed; --without-keys leaves them out. Change the password to end every session.

Where DATABASE_URL is set this ends with 4: a dump is restored by pg_restore.`;

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('Put a backup in the place of the database at DB_PATH; what was there is kept.')
    .argument('<backup>', 'a backup, compressed or not')
    .option('--force', 'also where the file at DB_PATH is no database of Jarvis memory')
    .option('--without-keys', 'leave out the API keys of the backup')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(restore);
}

async function restore(
  backup: string,
  { force = false, withoutKeys = false, quiet }: Options,
): Promise<void> {
  const file = await readTargetFile();
  const { openExclusive } = await import('../../database/file-operations.js');
  if (!existsSync(backup)) throw new CommandError(`There is no file ${backup}.`);
  try {
    await openExclusive(
      file,
      { purpose: 'restoring', log: SILENT_LOGGER, allowForeign: force },
      async ({ path, lock }) => {
        if (!lock) throw new CommandError(`${dirname(path)} cannot be written to.`);
        await replace(backup, path, !withoutKeys, quiet);
        lock.begin('restoring');
        lock.release();
      },
    );
  } catch (error) {
    const { FileRefused } = await import('../../database/file-operations.js');
    if (!(error instanceof FileRefused)) throw error;
    throw new CommandError(`It is left alone: ${error.reason} --force moves it aside all the same.`);
  }
}

/** The command reports a missing lock itself. */
const SILENT_LOGGER = { log: () => undefined, warn: () => undefined, error: () => undefined };

async function replace(backup: string, file: string, withKeys: boolean, quiet = false): Promise<void> {
  const { BackupRefused, restoreFile } = await import('../../database/file-operations.js');
  const progress = await openProgress({ quiet });
  try {
    const restored = await restoreFile(backup, file, withKeys, (done, total) => {
      progress.report('Unpacking', done, total);
    });
    progress.end();
    print(`Restored ${file} from ${backup}\n${describe(restored)}`);
  } catch (error) {
    progress.end();
    if (!(error instanceof BackupRefused)) throw error;
    throw new CommandError(`${backup} was not restored. ${error.message}`, EXIT.NOT_IN_ORDER);
  }
}

function describe({ rows, keys, foreignObjects, replaced }: Restored): string {
  const lines = Object.entries(rows).map(([table, count]) => `  ${table}: ${count} rows`);
  for (const one of foreignObjects) lines.push(`  not made by this service: ${one}`);
  if (replaced !== undefined) lines.push(`What was there is kept as ${replaced}`);
  if (keys.length > 0)
    lines.push('These API keys give access now (--without-keys would have left them out):');
  const table = keys.map(({ id, name, role }) => [String(id), String(name), String(role)]);
  return `${lines.join('\n')}\n${keys.length > 0 ? formatTable(['ID', 'NAME', 'ROLE'], table) : ''}`;
}
