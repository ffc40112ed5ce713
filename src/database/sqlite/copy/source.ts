import { existsSync, statSync } from 'node:fs';
import { realFile } from '../../../files/files.js';
import { entryOf } from '../../catalogue.js';
import { CopyRefused, type CopySource } from '../../copy/ends.js';
import { KEPT_TABLES } from '../../copy/kept-tables.js';
import type { SecretsBeside } from '../../copy/secrets-beside.js';
import { isDamage } from '../connection/errors.js';
import { damageIn, openReadOnly } from '../connection/read-only.js';
import {
  definitionsIn,
  findForeignObjects,
  ownDefinitions,
  type Definition,
} from '../file/foreign-objects.js';
import { FileRefused } from '../file/header.js';
import { requireMigrated } from '../file/migrator.js';
import { openStill } from '../file/open.js';
import { SqliteRows } from './stored-rows.js';

/**
 * Reads the memory in a file that nobody serves meanwhile, and leaves it as it is.
 * @throws CopyRefused where it is missing, damaged, of another program or of another version; DatabaseInUse.
 */
export async function withSqliteSource<T>(
  name: string,
  secrets: SecretsBeside,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  if (!existsSync(realFile(name))) throw new CopyRefused(`There is no database at ${name}.`);
  try {
    return await openStill(name, 'moving', (path) => readWhole(path, secrets, work));
  } catch (error) {
    if (error instanceof FileRefused) throw new CopyRefused(`${name} cannot be moved. ${error.reason}`);
    throw isDamage(error) ? damaged(name, String(error)) : error;
  }
}

async function readWhole<T>(
  path: string,
  secrets: SecretsBeside,
  work: (source: CopySource) => Promise<T>,
): Promise<T> {
  requireMigrated(path);
  const handle = openReadOnly(path);
  try {
    handle.exec('BEGIN');
    const damage = damageIn(handle);
    if (damage !== undefined) throw damaged(path, damage);
    const beside = secrets.read(path);
    const rows = new SqliteRows(handle, () => beside);
    const left = foreignParts(definitionsIn(handle), await ownDefinitions(), (table) => columnsIn(table));
    return await work(Object.assign(rows, { left }));
  } finally {
    handle.close();
  }

  function columnsIn(table: string): string[] {
    return handle.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck().all(table);
  }
}

function damaged(name: string, found: string): CopyRefused {
  const help = 'Nothing was moved. Start the service on it once: it salvages what can be read.';
  return new CopyRefused(`${name} is damaged: ${found}. ${help}`, 'DAMAGED');
}

/** Tables, columns, triggers and views of the owner's. */
function foreignParts(
  found: readonly Definition[],
  ours: readonly Definition[],
  columnsIn: (table: string) => readonly string[],
): string[] {
  const tables = found.filter(({ type, name }) => type === 'table' && !name.startsWith('sqlite_'));
  const columns = KEPT_TABLES.flatMap((table) => {
    const known = new Set(table.columns.map(({ column }) => column));
    return columnsIn(table.name)
      .filter((column) => !known.has(column))
      .map((column) => `column "${column}" of ${table.name}`);
  });
  return [
    ...tables.filter(({ name }) => entryOf(name) === undefined).map(({ name }) => `table "${name}"`),
    ...columns,
    ...findForeignObjects(found, ours).active,
  ];
}

/** Tells a file from others, whatever its names are; undefined where there is none yet. */
export function identityOfFile(name: string): string {
  const path = realFile(name);
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `file ${stat.dev} ${stat.ino}` : `file ${path}`;
}
