import type { Command } from 'commander';
import { openProgress } from '../progress.js';
import { printMessage } from '../output.js';
import { readTarget } from '../target.js';

const EXAMPLES = `
Examples:
  jarvis-memory reindex           # the database of DB_PATH or DATABASE_URL, also while a service runs
  jarvis-memory reindex --quiet

Meanwhile searches look through what the index has by then, and through the newest rows, and say so. The index is made
of the rows, so nothing can be lost, and one that was stopped in the middle is continued by the service. Events are counted
again by quarter of an hour; those that retention has removed stay counted. Needed only where \`jarvis-memory check\` says so.`;

export function addReindex(program: Command): void {
  program
    .command('reindex')
    .description('Make the index that searches use, and the counts of events, again.')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(reindex);
}

async function reindex({ quiet }: { quiet?: boolean }): Promise<void> {
  const { Database, rebuildIndexes } = await import('../../database/index.js');
  const { recountEvents } = await import('../../events/index.js');
  const target = await readTarget();
  const progress = await openProgress({ quiet });
  let rows = 0;
  try {
    await Database.openAlongside(target, 'write', async (database) => {
      await recountEvents(database);
      await rebuildIndexes(database, {
        onProgress: (done, total) => {
          rows = total;
          progress.report('Indexing', done, total);
        },
      });
    });
  } finally {
    progress.end();
  }
  if (!quiet) printMessage(`Indexed ${rows} rows.\n`);
}
