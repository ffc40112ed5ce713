import type { Command } from 'commander';
import type { RetentionPreviewDto } from '../../retention/index.js';
import { print, printMessage } from '../output.js';
import { formatTable } from '../table.js';
import { readTarget } from '../target.js';

const EXAMPLES = `
Examples:
  jarvis-memory retention preview
  jarvis-memory retention preview --snapshots keep-last=1440,keep-daily=90 --events info=90d
  jarvis-memory retention preview --budget 2GB --json

Says what rules would forget now: those that are given, otherwise those that hold. Reads everything and changes
nothing, also while a service runs. PUT /api/admin/retention sets rules; docs/16-retention.md explains them.`;

interface PreviewOptions {
  readonly snapshots?: string;
  readonly events?: string;
  readonly conversations?: string;
  readonly budget?: string;
  readonly timeZone?: string;
  readonly json?: boolean;
}

export function addRetention(program: Command): void {
  const retention = program
    .command('retention')
    .description('Say what the rules of retention would forget.')
    .addHelpText('afterAll', EXAMPLES);
  retention
    .command('preview')
    .description('Say how many rows would go, what that frees, and how far back memory reaches then.')
    .option('--snapshots <rule>', 'which snapshots are kept, as in Proxmox Backup')
    .option('--events <rule>', 'how old resolved events of a severity become')
    .option('--conversations <age>', 'how long conversations are kept after their last message')
    .option('--budget <size>', 'how large the memory may become')
    .option('--time-zone <zone>', 'whose days, weeks and months are meant')
    .option('--json', 'the same for programs')
    .action(preview);
}

async function preview({ json, ...rules }: PreviewOptions): Promise<void> {
  const { Database } = await import('../../database/index.js');
  const { readEnvironment } = await import('../../config/index.js');
  const { retentionOf } = await import('../../retention/index.js');
  const target = await readTarget();
  const environment = readEnvironment();
  const found = await Database.openAlongside(target, 'read', (database) =>
    retentionOf(database, environment).preview(rules),
  );
  if (json) {
    print(`${JSON.stringify(found, undefined, 2)}\n`);
    return;
  }
  print(formatTable(HEAD, found.classes.map(lineOf)));
  for (const remark of remarksOn(found)) printMessage(`${remark}\n`);
}

const HEAD = ['', 'rows', 'would go', 'bytes freed', 'reaches back to', 'complete after'];

function lineOf(one: RetentionPreviewDto['classes'][number]): string[] {
  const { class: name, rows, goes, bytesFreed, reachesBackTo, completeAfter } = one;
  return [name, String(rows), String(goes), String(bytesFreed), reachesBackTo ?? '-', completeAfter ?? '-'];
}

function remarksOn({ classes, budgetBytes, totalBytes, missingBytes }: RetentionPreviewDto): string[] {
  const most = classes.filter(({ needsConfirm }) => needsConfirm).map(({ class: name }) => name);
  return [
    ...(budgetBytes === null ? [] : [`The memory takes ${totalBytes} of ${budgetBytes} bytes.`]),
    ...(missingBytes > 0
      ? [`The budget cannot be kept: ${missingBytes} bytes more are in what is never forgotten.`]
      : []),
    ...(most.length > 0
      ? [`More than half of ${most.join(' and ')} would go: that needs a confirmation.`]
      : []),
  ];
}
