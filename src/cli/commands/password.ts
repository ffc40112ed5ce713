import type { Command } from 'commander';
import { askSecret, readLine } from '../ask.js';
import { printMessage } from '../output.js';
import { readTarget } from '../target.js';

const EXAMPLES = `
Examples:
  jarvis-memory password
  openssl rand -base64 24 | tee new-password.txt | jarvis-memory password

A service that is running takes the new password within a second. DB_PATH or DATABASE_URL says where the database is; the
hash is kept beside the file, in <DB_PATH>.password-hash, or in PostgreSQL, in the table secrets. It goes before
JARVIS_PASSWORD until that is set to something else.`;

/** `password`: sets the password that is kept with the database. */
export function addPassword(program: Command): void {
  program
    .command('password')
    .description(
      'Set a new password and revoke all tokens. It is asked for twice on a terminal, else read from standard input.',
    )
    .addHelpText('after', EXAMPLES)
    .action(setPassword);
}

async function setPassword(): Promise<void> {
  const next = process.stdin.isTTY ? await askTwice() : await readLine();
  // Loads the service on demand, so that `--help` is fast.
  const { resetPassword } = await import('../../auth/index.js');
  const place = await resetPassword(await readTarget(), next);
  printMessage(`The password is set and all tokens are revoked. Its hash is in ${place}.\n`);
}

async function askTwice(): Promise<string> {
  const first = await askSecret('New password (12 characters or more): ');
  if ((await askSecret('Once more: ')) === first) return first;
  throw new Error('The two are not the same; nothing was changed.');
}
