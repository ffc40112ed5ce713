import { createReadStream, statSync } from 'node:fs';
import type { Command } from 'commander';
import type { DatabaseTarget } from '../../database/index.js';
import type { ImportResult, ImportSource } from '../../operations/transfer/index.js';
import { codeOf, reasonOf } from '../../problems/errors.js';
import { CommandError, EXIT } from '../exit.js';
import { openProgress } from '../progress.js';
import { print, printMessage } from '../output.js';
import { readTarget } from '../target.js';

interface Options {
  readonly dryRun?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  jarvis-memory import --dry-run jarvis.ndjson   # says what would happen
  jarvis-memory import jarvis.ndjson.gz
  jarvis-memory export | ssh other-box jarvis-memory import -

Rows keep their ids and times. One that is there already with the same content is left alone, so an import can be
repeated. Where any line is wrong nothing is imported, and every mistake is told with the number of its line.

A service on the same file must not be running, but for a dry run. Services on the PostgreSQL of DATABASE_URL may be;
where one of them writes a row with the key of an imported one meanwhile, its row stays and this ends with 1: import
again, to be told which. Ends with 0 done, 2 wrong lines, 3 another process has the database.`;

/** The code of `DatabaseInUse`, whose class would load the service. */
const IN_USE_CODE = 'DATABASE_IN_USE';
const STEPS = { check: 'Checking', import: 'Importing' } as const;

export function addImport(program: Command): void {
  program
    .command('import')
    .description('Read an export into the memory.')
    .argument('<file>', 'what `export` wrote, compressed or not; - for stdin')
    .option('--dry-run', 'check everything, write nothing')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(importMemory);
}

async function importMemory(from: string, { dryRun = false, quiet }: Options): Promise<void> {
  const { importRows } = await import('../../operations/transfer/index.js');
  const target = await readTarget();
  const source = await openSource(from, target);
  const progress = await openProgress({ quiet });
  try {
    const result = await importRows(target, source, {
      dryRun,
      logger: toStderr(),
      onProgress: (step, done, total) => {
        progress.report(STEPS[step], done, total);
      },
    });
    progress.end();
    printOutcome(result, dryRun);
  } catch (error) {
    progress.end();
    throw codeOf(error) === IN_USE_CODE ? new CommandError(reasonOf(error), EXIT.IN_USE) : error;
  } finally {
    progress.end();
    await source.close();
  }
}

async function openSource(from: string, target: DatabaseTarget): Promise<ImportSource> {
  const { ImportSource: Source } = await import('../../operations/transfer/index.js');
  if (from !== '-' && statSync(from).isFile()) return Source.open(from);
  // A pipe, named or not, can be read only once.
  const stream = from === '-' ? process.stdin : createReadStream(from);
  return Source.spool(stream, target);
}

function printOutcome({ check, added }: ImportResult, dryRun: boolean): void {
  if (check.wrong > 0) {
    for (const { line, message } of check.findings) printMessage(`line ${line}: ${message}\n`);
    const more = check.wrong - check.findings.length;
    if (more > 0) printMessage(`and ${more} more\n`);
    printMessage(`${check.wrong} mistakes; nothing was imported.\n`);
    process.exitCode = EXIT.NOT_IN_ORDER;
    return;
  }
  const verb = dryRun ? 'Would import' : 'Imported';
  for (const [kind, count] of Object.entries(added ?? check.fresh)) {
    const known = check.known[kind as keyof typeof check.known];
    print(`${verb} ${count} of kind ${kind}; ${known} were there already.\n`);
  }
}

/** Logs opening and migrating to stderr, so that stdout has the results only. */
function toStderr(): { log: LogMethod; warn: LogMethod; error: LogMethod } {
  const log: LogMethod = (message) => {
    printMessage(`${String(message)}\n`);
  };
  return { log: () => undefined, warn: log, error: log };
}

type LogMethod = (message: unknown) => void;
