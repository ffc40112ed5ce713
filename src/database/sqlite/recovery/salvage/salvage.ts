import { chmodSync, existsSync, renameSync, rmSync, statSync } from 'node:fs';
import Sqlite, { type Database as SqliteHandle } from 'better-sqlite3';
import { codeOf } from '../../../../problems/errors.js';
import { giveToOwner } from '../../../../files/files.js';
import { migrations } from '../../../../../migrations/index.js';
import { MIGRATIONS_TABLE } from '../../connection/settings.js';
import { freeBytesBeside } from '../../disk/disk-space.js';
import { siblingPath, PARTS, syncFolder, syncPath, type TableReport } from '../quarantine.js';
import { isDamage, sqliteCodeOf } from '../../connection/errors.js';
import { FileRefused } from '../../file/header.js';
import { damageIn, quoted } from '../../connection/read-only.js';
import { copyRows } from './rows.js';
import { objectsOf, SchemaTransfer } from './schema.js';
import { graftSchema, openCopy } from './source.js';
import { lastId } from './scan.js';

/** What a salvage has brought into a fresh file. */
export interface Salvaged {
  readonly tables: readonly TableReport[];
  /** What of the owner's could not be carried over. */
  readonly left: readonly string[];
}

type Migrate = (file: string, names: readonly string[]) => Promise<void>;

/** How far ids jump where nothing is left that says which have been given out. */
const ID_GAP = 1_000_000n;
const SPARE_BYTES = 16 * 1_048_576;

/**
 * Brings what can be read of a damaged file into a fresh one beside it, complete and synced under its last name but
 * one. The damaged file is only copied.
 *
 * @param migrate makes a file by the migrations of these names.
 * @throws FileRefused where there is no room for it; nothing is left behind then.
 */
export async function salvage(file: string, time: string, migrate: Migrate): Promise<Salvaged> {
  requireRoom(file);
  try {
    const salvaged = await makeFresh(file, migrate);
    const unfinished = siblingPath.unfinished(file);
    takeAfter(file, unfinished);
    syncPath(unfinished);
    renameSync(unfinished, siblingPath.finished(file, time));
    syncFolder(file);
    return salvaged;
  } catch (error) {
    throw isFull(error) ? noRoom() : error;
  } finally {
    removeUnfinished(file);
  }
}

/** For the copy that is read, and for the fresh file. */
function requireRoom(file: string): void {
  const sizes = PARTS.map((part) => statSync(`${file}${part}`, { throwIfNoEntry: false })?.size ?? 0);
  const wanted = 2 * sizes.reduce((sum, size) => sum + size, 0) + SPARE_BYTES;
  if (freeBytesBeside(file) < wanted) throw noRoom(Math.ceil(wanted / 1_048_576));
}

function noRoom(wantedMb?: number): FileRefused {
  const reason = 'It is damaged, and there is not enough free space to salvage what can be read of it.';
  return new FileRefused(wantedMb === undefined ? reason : `${reason} ${wantedMb} MB are needed.`, reason);
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'SQLITE_FULL'].includes(codeOf(error) ?? '');
}

async function makeFresh(file: string, migrate: Migrate): Promise<Salvaged> {
  const unfinished = siblingPath.unfinished(file);
  let source = openCopy(file);
  try {
    await migrate(unfinished, appliedTo(source));
    const fresh = new Sqlite(unfinished);
    try {
      fresh.pragma('journal_mode = MEMORY');
      fresh.pragma('synchronous = OFF');
      fresh.pragma('foreign_keys = OFF');
      source = withSchema(source, fresh);
      return fill(fresh, source);
    } finally {
      fresh.close();
    }
  } finally {
    source.close();
  }
}

/** Where the list cannot be read, the file counts as one of this version. */
function appliedTo(source: SqliteHandle): string[] {
  const all = migrations.map(({ name }) => name);
  try {
    const names = source.prepare(`SELECT name FROM "${MIGRATIONS_TABLE}"`).pluck().all() as string[];
    const applied = all.filter((name) => names.includes(name));
    return applied.length > 0 ? applied : all;
  } catch {
    return all;
  }
}

function withSchema(source: SqliteHandle, fresh: SqliteHandle): SqliteHandle {
  const readable = readObjects(source);
  const names = new Set(readable.map(({ name }) => name));
  const isComplete = objectsOf(fresh).every(({ type, name }) => type !== 'table' || names.has(name));
  return isComplete ? source : graftSchema(source, readable, fresh);
}

function readObjects(source: SqliteHandle): ReturnType<typeof objectsOf> {
  try {
    return objectsOf(source);
  } catch {
    return [];
  }
}

function fill(fresh: SqliteHandle, source: SqliteHandle): Salvaged {
  const schema = new SchemaTransfer(fresh, source, readObjects(source));
  const tables = schema.makeTables().map((table) => copyTable(source, fresh, table, schema.isOurs(table)));
  const missed = schema.tablesOfOurs().filter((table) => !tables.some((report) => report.table === table));
  for (const table of missed) {
    tables.push({ table, saved: 0 });
    keepSequence(source, fresh, table, false);
  }
  schema.finish();
  const wrong = damageIn(fresh);
  if (wrong !== undefined) throw new Error(`What was salvaged is not in order: ${wrong}`);
  return { tables, left: schema.left };
}

function copyTable(source: SqliteHandle, fresh: SqliteHandle, table: string, isOurs: boolean): TableReport {
  const report = copyOrNothing(source, fresh, table, isOurs);
  keepSequence(source, fresh, table, report.lost === 0);
  return report;
}

/** A table whose definition SQLite cannot follow is as good as unreadable. */
function copyOrNothing(
  source: SqliteHandle,
  fresh: SqliteHandle,
  table: string,
  isOurs: boolean,
): TableReport {
  try {
    return copyRows(source, fresh, table, isOurs);
  } catch (error) {
    if (isDamage(error) || sqliteCodeOf(error) === 'SQLITE_ERROR') return { table, saved: 0 };
    throw error;
  }
}

/** An id that was given out is never given out again, whether its row was saved or not. */
function keepSequence(source: SqliteHandle, fresh: SqliteHandle, table: string, isWhole: boolean): void {
  const definition = fresh.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table);
  if (typeof definition !== 'string' || !/AUTOINCREMENT/i.test(definition)) return;
  const reached = fresh
    .prepare(`SELECT max(_rowid_) FROM ${quoted(table)}`)
    .pluck()
    .safeIntegers()
    .get();
  const known = lastId(source, table);
  const largest = typeof reached === 'bigint' ? reached : 0n;
  const gap = isWhole ? 0n : ID_GAP;
  const next = known === undefined || known < largest ? largest + gap : known;
  fresh.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(table);
  fresh.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table, next);
}

/** As private as the file was, and of the same owner where that may be set. */
function takeAfter(file: string, fresh: string): void {
  if (!existsSync(file)) return;
  chmodSync(fresh, statSync(file).mode & 0o777);
  giveToOwner(fresh, file);
}

function removeUnfinished(file: string): void {
  for (const path of [siblingPath.copy(file), siblingPath.unfinished(file)]) {
    for (const part of PARTS) rmSync(`${path}${part}`, { force: true });
  }
}
