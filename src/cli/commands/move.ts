import type { Command } from 'commander';
import type { CopyReport } from '../../database/move.js';
import { copyingFailed, stopSignal } from '../copying.js';
import { CommandError } from '../exit.js';
import { print, printMessage } from '../output.js';
import { openProgress } from '../progress.js';
import { formatTable } from '../table.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  jarvis-memory move --from data/jarvis.db --to postgres://jarvis:secret@db.example/jarvis
  jarvis-memory move --from postgres://jarvis:secret@db.example/jarvis --to back/jarvis.db
  PGPASSWORD=secret jarvis-memory move --from data/jarvis.db --to postgres://jarvis@db.example/jarvis

Stop the service first; while one has either side this ends with 3. The side that is moved from is left as it is; the
other one has to be missing or empty. It gets everything: rows with their ids, the last ids that were given out, API keys,
revoked tokens, the password and the secret that signs the tokens. At the end both sides are read and compared, and only
then does the move count. Ends with 2 where the source is damaged or has rows that the other side cannot hold.

Then start the service with DB_PATH or DATABASE_URL naming the new place. docs/20-moving.md has more.`;

const OUTCOME = 'nothing was moved';
const STEPS = { copy: 'Moving', compare: 'Comparing' } as const;
/** How much of a digest is shown. */
const SHOWN_DIGITS = 16;

export function addMove(program: Command): void {
  program
    .command('move')
    .description('Move the memory to another database, also between SQLite and PostgreSQL.')
    .requiredOption('--from <database>', 'a SQLite file, or postgres://…')
    .requiredOption('--to <database>', 'one that is missing or empty')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(move);
}

async function move({ from, to, quiet }: Options): Promise<void> {
  const { namedTarget, describeTarget } = await import('../../config/index.js');
  const { moveMemory } = await import('../../database/move.js');
  // Not by the index, which loads the whole service.
  const { SECRETS_BESIDE_FILE } = await import('../../auth/secrets/beside-file.js');
  await import('../../small-heap.js');
  const [source, target] = [namedTarget(from), namedTarget(to)];
  const progress = await openProgress({ quiet });
  try {
    const report = await moveMemory(source, target, SECRETS_BESIDE_FILE, {
      signal: stopSignal(OUTCOME),
      onProgress: (step, done, total) => {
        progress.report(STEPS[step], done, total);
      },
    });
    progress.end();
    await printOutcome(report, `${describeTarget(source)} to ${describeTarget(target)}`);
  } catch (error) {
    progress.end();
    throw copyingFailed(error, { outcome: OUTCOME });
  }
}

async function printOutcome({ tables, isEqual, left, waiting }: CopyReport, way: string): Promise<void> {
  const rows = tables.map(({ name, source, target }) => [
    name,
    String(source.rows),
    String(target.rows),
    source.digest.slice(0, SHOWN_DIGITS),
    target.digest.slice(0, SHOWN_DIGITS),
  ]);
  print(formatTable(['TABLE', 'ROWS', 'MOVED', 'DIGEST', 'MOVED'], rows));
  if (!isEqual) {
    throw new CommandError('The two sides differ. Nothing was moved, and the source is as it was.');
  }
  for (const one of left) print(`Left behind, as it is not ours: ${one}\n`);
  for (const file of waiting)
    printMessage(`${file} cannot be renamed: it counts all the same, and the next start tries again.\n`);
  print(`Moved ${way}; both sides hold the same.\n`);
  const { givenSecrets } = await import('../../config/index.js');
  for (const name of givenSecrets()) {
    printMessage(`${name} is set: where the service has it too, it wins over what was moved.\n`);
  }
}
