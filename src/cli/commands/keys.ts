import { InvalidArgumentError, Option, type Command } from 'commander';
import type { KeyDto, KeyInput, withKeysService } from '../../auth/index.js';
import { ROLES } from '../../auth/roles.js';
import { EXIT } from '../exit.js';
import { formatTable } from '../table.js';
import { print, printResult, printMessage } from '../output.js';
import { readTarget } from '../target.js';

const EXAMPLES = `
Examples:
  jarvis-memory keys create --name monitor --role ingest
  jarvis-memory keys create --name dashboard --role reader --expires 2027-12-31
  KEY=$(jarvis-memory keys create --name script --role writer)
  jarvis-memory keys list
  jarvis-memory keys revoke 3

A service that is running takes the change at once; during a restore of its file, or an import into it, this ends
with 3. DB_PATH or DATABASE_URL says where the database is.`;

/** `keys list | create | revoke`: manages the API keys in the database. */
export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('API keys for machines: list, create, revoke.')
    .addHelpText('afterAll', EXAMPLES);
  keys.command('list').description('List the keys, newest first; never the keys themselves.').action(list);
  keys
    .command('create')
    .description('Make a key. Standard output holds the key and nothing else; it is shown only this once.')
    .requiredOption('--name <name>', 'who uses it')
    .addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).makeOptionMandatory(true))
    .option('--expires <moment>', 'when it ends: an ISO 8601 date or instant, or YYYY-MM-DD HH:MM:SS in UTC')
    .action(create);
  keys
    .command('revoke')
    .argument('<id>', 'the id that the list shows', toId)
    .description('End a key at once.')
    .action(revoke);
}

async function list(): Promise<void> {
  const found = await onKeys('read', (keys) => keys.getKeys());
  const rows = found.map((key) => [
    String(key.id),
    key.name,
    key.role,
    key.createdAt,
    key.lastUsedAt ?? 'never',
    key.expiresAt ?? 'never',
  ]);
  print(formatTable(['ID', 'NAME', 'ROLE', 'CREATED', 'LAST USED', 'EXPIRES'], rows));
}

type Work<T> = Parameters<typeof withKeysService<T>>[2];

/** Loads the service on demand, so that `--help` is fast. */
async function onKeys<T>(mode: 'read' | 'write', work: Work<T>): Promise<T> {
  const { withKeysService } = await import('../../auth/index.js');
  return withKeysService(await readTarget(), mode, work);
}

interface CreateOptions extends Pick<KeyInput, 'name' | 'role'> {
  readonly expires?: string;
}

async function create({ name, role, expires }: CreateOptions): Promise<void> {
  const input = { name, role, ...(expires !== undefined && { expiresAt: expires }) };
  const { key, secret } = await onKeys('write', (keys) => keys.createKey(input));
  printMessage(`${describe(key)} It is shown only this once:\n`);
  printResult(`${secret}\n`);
}

async function revoke(id: number): Promise<void> {
  const isRevoked = await onKeys('write', (keys) => keys.deleteKey(id));
  printMessage(isRevoked ? `Key ${id} is revoked.\n` : `There is no key ${id}.\n`);
  if (!isRevoked) process.exitCode = EXIT.FAILED;
}

function describe({ id, role, expiresAt }: KeyDto): string {
  return `Key ${id}, role ${role}, ${expiresAt === null ? 'without an end' : `until ${expiresAt}`}.`;
}

function toId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It has to be a whole number, as the list shows it.');
}
