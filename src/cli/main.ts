#!/usr/bin/env node
import { Command } from 'commander';
import { reasonOf } from '../problems/errors.js';
import { VERSION } from '../config/version.js';
import { addBackup } from './commands/backup.js';
import { addCheck } from './commands/check.js';
import { addCompact } from './commands/compact.js';
import { addDoctor } from './commands/doctor.js';
import { addExport } from './commands/export.js';
import { addImport } from './commands/import.js';
import { addKeys } from './commands/keys.js';
import { addMcp } from './commands/mcp.js';
import { addMove } from './commands/move.js';
import { addPassword } from './commands/password.js';
import { addReindex } from './commands/reindex.js';
import { addRestore } from './commands/restore.js';
import { addRetention } from './commands/retention.js';
import { addServe } from './commands/serve.js';
import { EXIT, EXIT_HELP, exitCodeOf } from './exit.js';
import { print, printMessage } from './output.js';

// Each command loads its dependencies when it runs, so that help and small commands do not load the whole service.
const COMMANDS = [
  addServe,
  addBackup,
  addRestore,
  addCheck,
  addDoctor,
  addReindex,
  addCompact,
  addExport,
  addImport,
  addMove,
  addKeys,
  addPassword,
  addRetention,
  addMcp,
];

const program = new Command('jarvis-memory')
  .description('The shared, persistent memory of Jarvis.')
  .version(VERSION)
  .configureOutput({ writeOut: print, writeErr: printMessage })
  .showHelpAfterError('(--help explains)')
  .addHelpText(
    'after',
    `
Everything is set by environment variables, as for the service; DB_PATH names the database, or
DATABASE_URL one in PostgreSQL.
Results go to stdout, everything else to stderr.
${EXIT_HELP}`,
  );

for (const add of COMMANDS) add(program);
// The reader of the output may close the pipe, as `head` does.
process.stdout.on('error', () => process.exit(EXIT.FAILED));

try {
  await program.parseAsync();
} catch (error) {
  printMessage(`${reasonOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
