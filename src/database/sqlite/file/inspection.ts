import { existsSync, statSync } from 'node:fs';
import type { Database as SqliteHandle } from 'better-sqlite3';
import { isDamage } from '../connection/errors.js';
import { FileRefused } from './header.js';
import { FIRST_TABLES, readSchema, unknownOf, type Schema } from './identity.js';
import { hasFrames } from './write-ahead-log.js';
import { damageIn, openToRead, quoted, readDatabase } from '../connection/read-only.js';
import { MIGRATIONS_TABLE } from '../connection/settings.js';
import {
  definitionsIn,
  definitionsOfOurs,
  exhaustedIn,
  findForeignObjects,
  type Definition,
  type ForeignObjects,
} from './foreign-objects.js';

/** What a database file is before anything is done to it. */
export interface FileState extends Schema {
  readonly hasRows: boolean;
  readonly definitions: readonly Definition[];
  /** A table of ours whose ids are nearly used up. */
  readonly exhausted: string | undefined;
}

const EMPTY: FileState = { tables: [], applied: [], hasRows: false, definitions: [], exhausted: undefined };

/**
 * Reads a file so that reading changes nothing: the last connection that could write would bring what is in the log into
 * the file when it closes. A log without frames has nothing to bring.
 */
function readUnchanged<T>(file: string, use: (handle: SqliteHandle) => T): T {
  return readDatabase(file, use, hasFrames(`${file}-wal`));
}

/**
 * Keeps a log beside the file while this process reads it: `openToRead` then opens the file read-only, so that closing
 * brings nothing of the log into the file, also where a service has begun meanwhile, and was killed.
 * @returns a function that ends this, and removes the files that SQLite has made to read, where nobody has used them.
 */
export function keepLogWhileReading(file: string): () => void {
  const hadLog = existsSync(`${file}-wal`);
  let handle: SqliteHandle | undefined;
  try {
    handle = openToRead(file, true);
    handle.pragma('schema_version');
  } catch {
    // The next to read the file meets the same error, and says what it means.
  }
  return () => {
    handle?.close();
    if (!hadLog) removeUnusedLog(file);
  };
}

/** A connection that could write takes the log and its index away when it is the last one to close. */
function removeUnusedLog(file: string): void {
  if (!existsSync(`${file}-wal`) || hasFrames(`${file}-wal`)) return;
  try {
    readUnchanged(file, (handle) => handle.pragma('schema_version'));
  } catch {
    // They are empty, and do no harm.
  }
}

/** @throws an error with the code of SQLite where the schema cannot be read. */
export function inspect(file: string): FileState {
  if (!existsSync(file) || statSync(file).size === 0) return EMPTY;
  return readUnchanged(file, (handle) => {
    const schema = readSchema(handle);
    const hasRows = schema.tables.some((table) => table !== MIGRATIONS_TABLE && mayHaveRows(handle, table));
    const definitions = definitionsIn(handle);
    return { ...schema, hasRows, definitions, exhausted: exhaustedIn(handle, schema.tables) };
  });
}

/** A table that cannot be read, such as a virtual one of a module that is not loaded, counts as one with rows. */
function mayHaveRows(handle: SqliteHandle, table: string): boolean {
  try {
    return handle.prepare(`SELECT 1 FROM ${quoted(table)} LIMIT 1`).get() !== undefined;
  } catch {
    return true;
  }
}

/**
 * @returns what lies in the file that is not ours and may stay.
 * @throws FileRefused where a newer version or another program made the file, or it is not safe to serve.
 */
export async function refuseOthers(state: FileState): Promise<ForeignObjects> {
  refuseOtherMakers(state);
  await refuseNamesakes(state);
  const { applied, definitions, exhausted } = state;
  if (exhausted !== undefined) {
    throw refused(`Its ids are nearly used up (${exhausted}): the next rows would not be told apart.`);
  }
  const foreignObjects = findForeignObjects(definitions, await definitionsOfOurs(applied.length));
  refuseBackDoors(foreignObjects);
  return foreignObjects;
}

/** @throws FileRefused where something that is not ours touches the tables of access. */
export function refuseBackDoors({ onAccess: [first, ...more] }: ForeignObjects): void {
  if (first === undefined) return;
  const others = more.length > 0 ? ` (and ${more.length} more)` : '';
  throw refused(
    `It has something that is not ours and touches API keys or revoked tokens: ${first}${others}. ` +
      'Look at who may write the file; remove it (DROP), or restore a backup from before it was there; then restart, ' +
      'and look through the API keys.',
  );
}

function refused(reason: string): FileRefused {
  return new FileRefused(reason, reason);
}

/** What our next migrations make must not be there yet: whoever made it may have put something into it. */
async function refuseNamesakes({ applied, definitions }: FileState): Promise<void> {
  const [now, later] = await Promise.all([definitionsOfOurs(applied.length), definitionsOfOurs()]);
  const kept = new Set([...now.map(({ name }) => name), ...FIRST_TABLES]);
  const next = new Set(
    later.map(({ name }) => name).filter((name) => !kept.has(name) && !name.startsWith('sqlite_')),
  );
  const found = definitions.find(({ name, sql }) => sql !== '' && next.has(name.toLowerCase()));
  if (found === undefined) return;
  throw refused(
    `It has "${found.name}" (${found.type}), which this service has not made and wants to make. Rename it.`,
  );
}

function refuseOtherMakers({ tables, applied }: FileState): void {
  const unknown = unknownOf(applied);
  if (unknown !== undefined) {
    throw new FileRefused(
      `The database file was written by a newer version (it knows ${unknown}).`,
      'It was written by a newer version of this service.',
    );
  }
  if (applied.length > 0 || tables.length === 0) return;
  if (tables.some((table) => table === MIGRATIONS_TABLE || FIRST_TABLES.includes(table))) return;
  throw new FileRefused(
    `it belongs to another program: it has tables (${tables.slice(0, 5).join(', ')}), but none of Jarvis.`,
    'It belongs to another program.',
  );
}

/**
 * Checks every page of a file, without comparing the contents of indexes with their tables.
 * @returns what is damaged in it; `undefined` where it is in order.
 * @throws an error where it cannot be read at all: a lock, a disk that does not answer.
 */
export function findDamage(file: string): string | undefined {
  try {
    return readUnchanged(file, (handle) => damageIn(handle));
  } catch (error) {
    if (isDamage(error)) return (error as Error).message;
    throw error;
  }
}
