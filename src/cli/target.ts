import type { DatabaseTarget } from '../database/index.js';
import { CommandError, EXIT } from './exit.js';
import { printMessage } from './output.js';

const NOT_A_FILE =
  'The memory is in PostgreSQL (DATABASE_URL), which makes unused space free for what comes by itself (autovacuum). ' +
  'Nothing was done.';

/** The database that the environment names, as for the service, with the same warning. */
export async function readTarget(): Promise<DatabaseTarget> {
  const { readDatabaseTarget, unusedSettingWarning } = await import('../config/environment.js');
  const target = readDatabaseTarget();
  const unused = unusedSettingWarning();
  if (unused !== undefined) printMessage(`${unused}\n`);
  return target;
}

/** The database file, for commands that work on files. @throws CommandError where the memory is in no file. */
export async function readTargetFile(): Promise<string> {
  const { readDatabaseTarget } = await import('../config/environment.js');
  const { file, postgres } = readDatabaseTarget();
  if (postgres) throw new CommandError(NOT_A_FILE, EXIT.NOT_A_FILE);
  return file;
}
