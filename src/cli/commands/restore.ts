import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { CommandError, EXIT } from '../exit.js';
import { openProgress } from '../progress.js';
import { print } from '../output.js';

interface Options {
  readonly force?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  jarvis-memory restore backups/jarvis-2026-11-22T20-15-00-123Z.db.gz
  DB_PATH=/tmp/look.db jarvis-memory restore /mnt/nas/jarvis-2026-11-22T20-15-00-123Z.db   # to look at it elsewhere

Stop the service first; while one has the database this ends with 3. The backup is checked before anything
happens; a damaged one ends with 2. What is there now is kept beside it, as <DB_PATH>.replaced-<time>.

API keys and ended sessions are as they were when the backup was made: a key that was deleted since is valid
again. Delete it again, and change the password to end every session.`;

export function addRestore(program: Command): void {
  program
    .command('restore')
    .description('Put a backup in the place of the database at DB_PATH; what was there is kept.')
    .argument('<backup>', 'a backup, compressed or not')
    .option('--force', 'also where the file at DB_PATH is no database of Jarvis memory')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(restore);
}

async function restore(backup: string, { force = false, quiet }: Options): Promise<void> {
  const { readEnvironment } = await import('../../config/environment.js');
  const { DatabaseInUse, lockFile, realFile } = await import('../../database/sqlite-lock.js');
  if (!existsSync(backup)) throw new CommandError(`There is no file ${backup}.`);
  const file = realFile(readEnvironment().DB_PATH);
  mkdirSync(dirname(file), { recursive: true });
  try {
    const lock = lockFile(file);
    try {
      await refuseOther(file, force);
      await replace(backup, file, quiet);
    } finally {
      lock.release();
    }
  } catch (error) {
    if (error instanceof DatabaseInUse) throw new CommandError(error.message, EXIT.IN_USE);
    throw error;
  }
}

async function replace(backup: string, file: string, quiet: boolean | undefined): Promise<void> {
  const { BackupRefused, restoreFile } = await import('../../database/sqlite-restore.js');
  const progress = await openProgress({ quiet });
  try {
    const { rows, replaced } = await restoreFile(backup, file, (done, total) => {
      progress.report('Unpacking', done, total);
    });
    progress.end();
    const counted = Object.entries(rows).map(([table, count]) => `  ${table}: ${count} rows`);
    const kept = replaced === undefined ? [] : [`What was there is kept as ${replaced}`];
    print(`${[`Restored ${file} from ${backup}`, ...counted, ...kept].join('\n')}\n`);
  } catch (error) {
    progress.end();
    if (!(error instanceof BackupRefused)) throw error;
    throw new CommandError(`${backup} was not restored. ${error.message}`, EXIT.NOT_IN_ORDER);
  }
}

/** @throws CommandError where something else has the name of the database: that is more likely a slip of the hand. */
async function refuseOther(file: string, force: boolean): Promise<void> {
  const { FileRefused, lookAtBytes } = await import('../../database/sqlite-header.js');
  try {
    lookAtBytes(file);
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    if (force && statSync(file).isFile()) return;
    throw new CommandError(`${file} is left alone: ${error.reason} --force moves it aside all the same.`);
  }
}
