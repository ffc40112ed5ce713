import type { Command } from 'commander';
import type { Level } from '../../database/examine.js';
import { print, printMessage } from '../output.js';
import { reasonOf } from '../../problems/errors.js';
import { formatTable } from '../table.js';

const EXAMPLES = `
Examples:
  jarvis-memory doctor            # the database of DB_PATH or DATABASE_URL, also while a service runs
  jarvis-memory doctor postgres://jarvis@db.lan/jarvis
  jarvis-memory doctor /srv/jarvis/jarvis.db

Tries with two sessions, or two processes, what the service needs of a database, and says what it will do instead where
something is missing. What has to be written is written to a table, or a file, of its own, which is removed. It takes some
seconds at most, and gives up after ten. A password in a URL is seen by others in the list of processes: give it in
DATABASE_URL.

Exit codes of this command:
  0  all is well
  1  it works, with the limits that are named
  2  it would lose data, or cannot serve`;

const EXIT_OF: Readonly<Record<Level, number>> = { good: 0, limit: 1, broken: 2 };

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Say what a database can do of what the service needs.')
    .argument('[url]', 'of PostgreSQL, or the path of a file; default: DATABASE_URL, or DB_PATH')
    .addHelpText('after', EXAMPLES)
    .action(doctor);
}

async function doctor(name: string | undefined): Promise<void> {
  process.exitCode = EXIT_OF.broken;
  const { describeTarget, namedTarget, readDatabaseTarget, readDiskLimits } =
    await import('../../config/environment.js');
  const { examineDatabase } = await import('../../database/examine.js');
  const { rowsOf, verdictOf } = await import('../../operations/doctor/index.js');
  try {
    const target = name === undefined ? readDatabaseTarget() : namedTarget(name);
    const findings = await examineDatabase(target, readDiskLimits());
    const { level, summary } = verdictOf(findings);
    const table = formatTable(['level', 'what', 'found'], rowsOf(findings));
    print(`${describeTarget(target)}\n\n${table}\n${summary}\n`);
    process.exitCode = EXIT_OF[level];
  } catch (error) {
    printMessage(`${reasonOf(error)}\n`);
  }
  // A name that is being looked up would keep the process for longer than it says.
  process.exit();
}
