import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { CommandError } from '../exit.js';
import { print } from '../output.js';
import { readTargetFile } from '../target.js';

const EXAMPLES = `
Examples:
  jarvis-memory compact           # the database at DB_PATH

Stop the service first; while one has the database this ends with 3. It needs twice the size of the database on the disk
for a while. Needed only for a file of the first Jarvis backend, which does not shrink by itself, once after much of it
was packed or forgotten; afterwards it does. Other files give their space back while they are served.

Where DATABASE_URL is set this ends with 4: the server's autovacuum makes the space free for what comes.`;

export function addCompact(program: Command): void {
  program
    .command('compact')
    .description('Give the unused space of the database back to the disk.')
    .addHelpText('after', EXAMPLES)
    .action(compact);
}

async function compact(): Promise<void> {
  const file = await readTargetFile();
  if (!existsSync(file)) throw new CommandError(`There is no database at ${file}.`);
  const { compactFile, FileRefused, openExclusive } = await import('../../database/file-operations.js');
  try {
    await openExclusive(file, { purpose: 'compacting', log: SILENT_LOGGER }, async ({ path, lock }) => {
      if (!lock) throw new CommandError(`${dirname(path)} cannot be written to.`);
      const { before, after } = await compactFile(path);
      lock.begin('compacting');
      lock.release();
      print(`${path}: ${megabytes(before)} before, ${megabytes(after)} now\n`);
    });
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new CommandError(`${file} was left as it is. ${error.reason}`);
  }
}

/** The command reports a missing lock itself. */
const SILENT_LOGGER = { log: () => undefined, warn: () => undefined, error: () => undefined };

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
