import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { BackupOptions } from '../../database/index.js';
import { reasonOf } from '../../problems/errors.js';
import { copyingExitCode, stopSignal } from '../copying.js';
import { CommandError } from '../exit.js';
import { openProgress } from '../progress.js';
import { printResult } from '../output.js';
import { readTarget } from '../target.js';

interface Options {
  readonly to?: string;
  readonly gzip?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  jarvis-memory backup                            # into BACKUP_DIR, under a name with the time
  jarvis-memory backup --gzip --to /mnt/nas/      # into that folder, compressed
  jarvis-memory backup --to before-upgrade.db     # that file, which must not be there yet
  0 3 * * *  jarvis-memory backup --gzip --quiet  # in a crontab

Prints the path of the finished backup. In the folder of the service it counts as one made by hand: when that makes its
next backup, it keeps BACKUP_KEEP of those. --to puts it elsewhere.

Where DATABASE_URL is set it is the memory in PostgreSQL, in a file of the same kind: \`restore\` brings it back into either.
That of a server holds the hash of the password and the secret that signs the tokens as well.`;

const STEPS = { copy: 'Copying', verify: 'Checking', compress: 'Compressing' } as const;

export function addBackup(program: Command): void {
  program
    .command('backup')
    .description('Copy the whole memory into one checked file, while a service runs or not.')
    .option('--to <path>', 'a new file, or a folder; default: BACKUP_DIR')
    .option('--gzip', 'compress it')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(backUp);
}

async function backUp({ to, gzip = false, quiet }: Options): Promise<void> {
  const { readEnvironment } = await import('../../config/environment.js');
  const { openAlongside, servedSource, writeBackup } = await import('../../database/file-operations.js');
  await import('../../small-heap.js');
  const { file, postgres } = await readTarget();
  const settings = readEnvironment();
  if (!postgres && !existsSync(file)) throw new CommandError(`There is no database at ${file}.`);
  const isPacked = gzip || (to?.endsWith('.gz') ?? false);
  const target = await chooseTarget(to, settings, isPacked);
  const progress = await openProgress({ quiet });
  const signal = stopSignal('no backup was made');
  try {
    const options: BackupOptions = {
      gzip: isPacked,
      signal,
      onProgress: ({ step, done, total }) => {
        progress.report(STEPS[step], done, total);
      },
    };
    await (postgres
      ? writeBackup(servedSource(postgres), target, options)
      : openAlongside(file, 'read', (path) => writeBackup(path, target, options)));
  } catch (error) {
    progress.end();
    signal.throwIfAborted();
    throw new CommandError(reasonOf(error), copyingExitCode(error));
  }
  progress.end();
  printResult(`${target}\n`);
}

async function chooseTarget(
  to: string | undefined,
  settings: { BACKUP_DIR?: string | undefined; DB_PATH: string },
  gzip: boolean,
): Promise<string> {
  const { backupFolder, backupName, prepareFolder } =
    await import('../../operations/backups/backup-folder.js');
  const { now } = await import('../../time/time.js');
  const isFolder =
    to === undefined || to.endsWith('/') || statSync(to, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder) {
    const folder = resolve(to ?? backupFolder(settings));
    await prepareFolder(folder);
    return join(folder, backupName(now(), gzip, 'manual'));
  }
  if (existsSync(to)) throw new CommandError(`${to} is there already; it is not overwritten.`);
  return resolve(to);
}
