import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { CheckReport } from '../../database/file-operations.js';
import { codeOf } from '../../problems/errors.js';
import { CommandError, EXIT } from '../exit.js';
import { print } from '../output.js';
import { readTarget } from '../target.js';

const EXAMPLES = `
Examples:
  jarvis-memory check                                    # the database at DB_PATH, also while a service runs
  jarvis-memory check backups/jarvis-2026-11-22T20-15-00-123Z.db.gz
  jarvis-memory check --quiet && echo "all is well"

Reads everything and writes nothing. Ends with 0 in order, 2 not in order, 1 it could not be checked. In PostgreSQL
(DATABASE_URL) it compares the digests of packed snapshots, and what is computed of rows; the pages are the server's own
to check (pg_amcheck, data checksums).`;

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('Say whether a database or a backup is in order.')
    .argument('[file]', 'a database or a backup, compressed or not; default: DB_PATH, or DATABASE_URL')
    .option('-q, --quiet', 'the exit code alone, and what is not in order')
    .addHelpText('after', EXAMPLES)
    .action(check);
}

async function check(given: string | undefined, { quiet = false }: { quiet?: boolean }): Promise<void> {
  const { file, postgres } = given === undefined ? await readTarget() : { file: given };
  if (postgres) {
    const { checkContent, Database } = await import('../../database/index.js');
    const { describeDatabaseUrl } = await import('../../config/database-url.js');
    const found = await Database.openAlongside({ file, postgres }, 'read', checkContent);
    tell(describeDatabaseUrl(postgres.url), { identity: 'current', notes: [], ...found }, quiet);
    return;
  }
  if (!existsSync(file)) throw new CommandError(`There is no file ${file}.`);
  const report = await checkUncompressed(file);
  if (report.identity === 'newer') throw new CommandError(`${file} is of a newer version than this program.`);
  if (report.identity === 'foreign' && report.findings.length === 0)
    throw new CommandError(`${file} is a database, but not one of Jarvis memory.`);
  tell(file, report, quiet);
}

function tell(name: string, report: CheckReport, quiet: boolean): void {
  if (report.findings.length > 0) process.exitCode = EXIT.NOT_IN_ORDER;
  if (!quiet || report.findings.length > 0) print(`${describe(name, report).join('\n')}\n`);
}

/** Checks a file; a compressed backup is first unpacked into the folder for temporary files. */
async function checkUncompressed(file: string): Promise<CheckReport> {
  const { checkFile, expand, isCompressed, openAlongside } =
    await import('../../database/file-operations.js');
  if (!(await isCompressed(file))) return openAlongside(file, 'read', checkFile);
  const folder = await mkdtemp(join(tmpdir(), 'jarvis-memory-check-'));
  try {
    const plain = join(folder, 'plain.db');
    await expand(file, plain, () => undefined);
    return await checkFile(plain);
  } catch (error) {
    if (!isGzipError(error)) throw error;
    const findings = [`It cannot be unpacked to its end: ${error.message}.`];
    return { identity: undefined, rows: {}, findings, notes: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether zlib failed because of invalid data. */
function isGzipError(error: unknown): error is Error {
  return codeOf(error)?.startsWith('Z_') ?? false;
}

function describe(name: string, { identity, rows, findings, notes }: CheckReport): string[] {
  const counted = Object.entries(rows).map(([table, count]) => `  ${table}: ${count} rows`);
  const age = identity === 'older' ? ' (of an earlier version: it is migrated when it is served)' : '';
  return [
    `${name}: ${findings.length === 0 ? 'in order' : 'NOT in order'}${age}`,
    ...findings.map((finding) => `  ! ${finding}`),
    ...counted,
    ...notes.map((note) => `  (${note})`),
  ];
}
