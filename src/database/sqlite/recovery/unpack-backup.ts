import { existsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { tablesWhere } from '../../catalogue.js';
import { KEPT_TABLES } from '../../copy/kept-tables.js';
import type { KeptSecret, SecretsBeside } from '../../copy/secrets-beside.js';
import { codeOf } from '../../../problems/errors.js';
import { expand, type ProgressListener } from '../backup/compression.js';
import { countRows, leaveWalMode, type RowCounts } from '../backup/copy.js';
import { isDamage } from '../connection/errors.js';
import { damageIn, openReadOnly, quoted } from '../connection/read-only.js';
import { FileRefused } from '../file/header.js';
import { identify, readSchema } from '../file/identity.js';
import { inspect, requireOwnFile } from '../file/inspection.js';

/** The tables of API keys and secrets: without their rows nobody is let in by what the backup holds. */
const GRANTING_TABLES = tablesWhere(({ entry }) => entry.role === 'operational' && entry.access === 'grants');
const SECRET_TABLES = KEPT_TABLES.filter(({ holdsSecrets }) => holdsSecrets).map(({ name }) => name);

/** The file cannot be restored from. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

/** An API key in a backup, which grants access once it is restored. */
export interface BackupKey {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** The content of a backup. */
export interface BackupContents {
  readonly rows: RowCounts;
  readonly keys: readonly BackupKey[];
  /** Foreign triggers and views. */
  readonly foreignObjects: readonly string[];
  /** Of the service: those that it holds itself, as that of a server does, or that lie beside it. */
  readonly secrets: readonly KeptSecret[];
}

export interface UnpackOptions {
  /** Whether what grants access comes along: API keys and secrets. */
  readonly withKeys: boolean;
  readonly secrets: SecretsBeside;
  readonly report: ProgressListener;
}

/**
 * Unpacks a backup into a file that can be served, and checks it. Secrets are taken out of it: a file has them beside it.
 * @throws BackupRefused where the backup is damaged, of a newer version or of another program.
 */
export async function unpackBackup(
  backup: string,
  part: string,
  { withKeys, secrets, report }: UnpackOptions,
): Promise<BackupContents> {
  if (existsSync(`${backup}-wal`)) {
    throw new BackupRefused(
      'It has a write-ahead log beside it, so it is a database and no backup: make one with `jarvis-memory backup`.',
    );
  }
  try {
    await expand(backup, part, report);
    leaveWalMode(part);
    const contents = await verify(part);
    const tables = withKeys ? SECRET_TABLES : GRANTING_TABLES;
    const emptied = tables.filter((table) => (contents.rows[table] ?? 0) > 0);
    emptyTables(part, emptied);
    if (withKeys)
      return contents.secrets.length > 0 ? contents : { ...contents, secrets: secrets.read(backup) };
    const none = Object.fromEntries(emptied.map((table) => [table, 0]));
    return { ...contents, keys: [], secrets: [], rows: { ...contents.rows, ...none } };
  } catch (error) {
    if (error instanceof FileRefused) throw new BackupRefused(error.reason);
    if (isUnreadable(error)) throw new BackupRefused(`It cannot be read: ${error.message}.`);
    throw error;
  }
}

async function verify(file: string): Promise<BackupContents> {
  const handle = openReadOnly(file);
  try {
    const finding = damageIn(handle);
    if (finding !== undefined) throw new BackupRefused(`It is damaged: ${finding}.`);
    if (identify(handle) === 'foreign')
      throw new BackupRefused('It is a database, but not one of Jarvis memory.');
    const { active } = await requireOwnFile(inspect(file));
    const { tables } = readSchema(handle);
    const read = <Row>(table: string, query: string): Row[] =>
      tables.includes(table) ? handle.prepare<[], Row>(query).all() : [];
    return {
      rows: countRows(handle),
      keys: read<BackupKey>('api_keys', 'SELECT id, name, role FROM api_keys ORDER BY id'),
      secrets: read<KeptSecret>('secrets', 'SELECT name, value, updated_at AS updatedAt FROM secrets'),
      foreignObjects: active,
    };
  } finally {
    handle.close();
  }
}

function emptyTables(file: string, tables: readonly string[]): void {
  const handle = new Sqlite(file, { fileMustExist: true });
  try {
    handle.pragma('secure_delete = ON');
    for (const table of tables) handle.exec(`DELETE FROM ${quoted(table)}`);
  } finally {
    handle.close();
  }
}

/** Whether zlib or SQLite failed because of invalid content. */
function isUnreadable(error: unknown): error is Error {
  return isDamage(error) || codeOf(error)?.startsWith('Z_') === true;
}
