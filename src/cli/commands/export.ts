import type { Command } from 'commander';
import type { Selection } from '../../operations/transfer/index.js';
import { CommandError } from '../exit.js';
import { openProgress } from '../progress.js';
import { jsonOutput, printMessage } from '../output.js';
import { readTarget } from '../target.js';

interface Options {
  readonly kind?: string;
  readonly since?: string;
  readonly until?: string;
  readonly to?: string;
  readonly gzip?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  jarvis-memory export --to jarvis.ndjson
  jarvis-memory export --gzip --to jarvis.ndjson.gz
  jarvis-memory export --kind event,message --since 2026-11-01 | grep pve2
  jarvis-memory export | ssh other-box jarvis-memory import -

A moment is an ISO 8601 date, or date and time with an offset, or YYYY-MM-DD HH:MM:SS in UTC.

Kinds are event, message, snapshot and preference. The service may be running: what is exported is the memory as it
is at one moment. Passwords, API keys and tokens are not part of it. docs/06-export-format.md describes the lines.`;

export function addExport(program: Command): void {
  program
    .command('export')
    .description('Write the memory, or a part of it, as text: one JSON object a line.')
    .option('--kind <kinds>', 'only these kinds, comma between two')
    .option('--since <moment>', 'only from this moment on (inclusive)')
    .option('--until <moment>', 'only before this moment')
    .option('--to <file>', 'a file, which has its name once it is whole; default: stdout')
    .option('--gzip', 'compress it')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(exportMemory);
}

async function exportMemory({ to, gzip = false, quiet, ...asked }: Options): Promise<void> {
  const { exportRows } = await import('../../operations/transfer/index.js');
  const selection = await readSelection(asked);
  const target = await readTarget();
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort(new Error(`Stopped by ${signal}.`));
    });
  }
  const progress = await openProgress({ quiet });
  let rows: number;
  try {
    rows = await exportRows(target, to ?? (gzip ? process.stdout : jsonOutput()), {
      selection,
      gzip,
      signal: stopping.signal,
      onProgress: (done, total) => {
        progress.report('Exporting', done, total);
      },
    });
  } finally {
    progress.end();
  }
  if (!quiet) printMessage(`Exported ${rows} rows${to === undefined ? '' : ` to ${to}`}.\n`);
}

async function readSelection({ kind, since, until }: Options): Promise<Selection> {
  const { ExportQueryDto, selectionOf } = await import('../../operations/transfer/index.js');
  const { check } = await import('../../validation/index.js');
  const given = { kind: kind?.split(',').map((one) => one.trim()), since, until };
  const { value, errors } = check(ExportQueryDto, given, '');
  if (errors.length > 0) {
    throw new CommandError(errors.map(({ field, message }) => `--${field} ${message}`).join('\n'));
  }
  return selectionOf(value);
}
